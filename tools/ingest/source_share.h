#pragma once

#include <memory>
#include <string>

#include "tools/ingest/connection.h"
#include "tools/ingest/stream_source.h"

namespace flu::ingest {

// A program of a UDP address that flu-ingest --share receives. When that is restarted this goes on
// where it was, a few packets short.
class ShareSource final : public StreamSource {
 public:
  ShareSource(boost::asio::io_context& loop, const SourceUrl& url, std::string socket);

 private:
  void connect() override;
  void connect_soon(const std::string& why);

  std::string socket_;
  std::unique_ptr<Connection> connection_;
  MonotonicTime lost_since_{};  // {}: connected
};

}  // namespace flu::ingest
