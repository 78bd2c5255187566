#pragma once

#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "tools/ingest/connection.h"
#include "tools/ingest/source.h"
#include "tools/ingest/stream_input.h"

namespace flu::ingest {

// A program of a UDP address that flu-ingest --share receives. When that is restarted this goes on
// where it was, a few packets short.
class ShareSource final : public Source {
 public:
  ShareSource(boost::asio::io_context& loop, const SourceUrl& url, std::string socket);

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override { return input_.counters(); }

 private:
  void connect();
  void connect_soon(const std::string& why);

  boost::asio::io_context& loop_;
  SourceUrl url_;
  std::string socket_;
  Handlers handlers_;
  StreamInput input_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Connection> connection_;
  MonotonicTime lost_since_{};  // {}: connected
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
