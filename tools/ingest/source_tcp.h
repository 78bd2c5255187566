#pragma once

#include <memory>

#include "tools/ingest/connection.h"
#include "tools/ingest/stream_source.h"

namespace flu::ingest {

// MPEG-TS over a TCP connection that we make: tstcp://HOST:PORT.
class TcpSource final : public StreamSource {
 public:
  TcpSource(boost::asio::io_context& loop, const SourceUrl& url);

 private:
  void connect() override;
  void on_end(const Result<>& result);

  Connection connection_;
};

}  // namespace flu::ingest
