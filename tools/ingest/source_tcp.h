#pragma once

#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "tools/ingest/connection.h"
#include "tools/ingest/source.h"
#include "tools/ingest/stream_input.h"

namespace flu::ingest {

// MPEG-TS over a TCP connection that we make: tstcp://HOST:PORT.
class TcpSource final : public Source {
 public:
  TcpSource(boost::asio::io_context& loop, const SourceUrl& url);

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override { return input_.counters(); }

 private:
  void on_end(const Result<>& result);

  SourceUrl url_;
  Handlers handlers_;
  StreamInput input_;
  boost::asio::steady_timer timer_;
  Connection connection_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
