// Tested by tests/e2e/ingest/source-lost.sh

#include "tools/ingest/feed.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>

#include "libcommon/base/clock.h"

namespace flu::ingest {

Feed::Feed(boost::asio::io_context& loop, const SourceUrl& url, const SourceSettings& settings,
           std::size_t number)
    : loop_(loop), url_(url), number_(number), source_(make_source(loop, url, settings)) {}

Feed::~Feed() = default;

void Feed::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  started_ = last_frame_ = monotonic_now();
  Source::Handlers own;
  own.on_units = [this](Units& units, const media::Arrival& arrival) {
    if (!has_ended_) {
      note(units, arrival);
      handlers_.on_units(*this, units, arrival);
    }
  };
  own.on_restart = [this](const std::string& reason) {
    if (!has_ended_) handlers_.on_restart(*this, reason);
  };
  own.on_end = [this](const Result<>& result) { end(result); };
  own.is_full = [this] { return handlers_.is_full(); };
  if (const auto started = source_->start(std::move(own)); !started) end(started);
}

void Feed::note(const Units& units, const media::Arrival& arrival) {
  const bool has_sample = std::any_of(units.begin(), units.end(), [](const media::Unit& unit) {
    return std::holds_alternative<media::Sample>(unit);
  });
  if (!has_sample) return;
  if (!std::exchange(has_frames_, true)) first_frame_ = arrival.monotonic;
  last_frame_ = arrival.monotonic;
}

// May be called from inside the source.
void Feed::end(Result<> result) {
  if (std::exchange(has_ended_, true)) return;
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_), result] {
    if (!alive.expired()) handlers_.on_end(*this, result);
  });
}

}  // namespace flu::ingest
