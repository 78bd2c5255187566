#pragma once

#include <memory>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "tools/ingest/source.h"
#include "tools/ingest/stream_input.h"

namespace flu::ingest {

// What the sources have in common that read MPEG-TS as a byte stream from a peer.
class StreamSource : public Source {
 public:
  Result<> start(Handlers handlers) final {
    handlers_ = std::move(handlers);
    input_.start(handlers_.on_units);
    connect();
    return {};
  }
  [[nodiscard]] media::Pacing pacing() const final { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const final { return input_.counters(); }

 protected:
  StreamSource(boost::asio::io_context& loop, const SourceUrl& url)
      : loop_(loop), url_(url), input_(loop, url.ts), timer_(loop) {}

  virtual void connect() = 0;

  boost::asio::io_context& loop_;
  SourceUrl url_;
  Handlers handlers_;
  StreamInput input_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
