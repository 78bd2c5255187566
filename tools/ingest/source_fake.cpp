// Tested by tests/e2e/ingest/fake-ffprobe.sh

#include "tools/ingest/source_fake.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "tools/ingest/fake_clip.h"

namespace flu::ingest {
namespace {

constexpr media::Ticks kSecond{90'000};
constexpr media::Ticks kMinute = 60 * kSecond;
constexpr std::size_t kChunk = 16 << 10;
constexpr std::size_t kMaxBeforeVideo = 100;

media::Timestamp floor_to(media::Timestamp time, media::Ticks unit) {
  return time - time % unit;
}

}  // namespace

FakeSource::FakeSource(boost::asio::io_context& loop) : loop_(loop), timer_(loop), input_({}) {}

Result<> FakeSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  FLU_TRY_ASSIGN(const std::string path, find_fake_clip());
  FLU_TRY_ASSIGN(fd_, io::open_file(path, O_RDONLY));
  buffer_.resize(kChunk);
  const MonotonicTime now = monotonic_now();
  clock_.emplace(media::Arrival{now, wall_now()});
  join(now);
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) step();
  });
  return {};
}

// From the picture of the running second on: each second begins with a key frame.
void FakeSource::join(MonotonicTime now) {
  const media::Timestamp utc = media::to_timestamp(clock_->at(now));
  minute_ = floor_to(utc, kMinute);
  first_ = floor_to(utc, kSecond);
  queue_.clear();
  ::lseek(fd_.get(), 0, SEEK_SET);
  Units rest;
  input_.finish(rest);
}

void FakeSource::step() {
  const media::Arrival now{monotonic_now(), wall_now()};
  if (clock_->update(now).count() > 0) {
    join(now.monotonic);
    handlers_.on_restart("the system clock stepped forward");
  }
  const media::Timestamp utc = media::to_timestamp(clock_->at(now.monotonic));
  Units batch;
  while (true) {
    while (!queue_.empty()) {
      const auto* sample = std::get_if<media::Sample>(&queue_.front());
      if (sample != nullptr && sample->dts > utc) {
        const media::Ticks ahead = sample->dts - utc;
        if (!batch.empty()) handlers_.on_units(batch, now);
        // A tick more: times are rounded down.
        wait_until(now.monotonic +
                   std::chrono::duration_cast<std::chrono::nanoseconds>(ahead + media::Ticks{1}));
        return;
      }
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (const auto read = read_more(); !read) {
      handlers_.on_end(read);
      return;
    }
  }
}

void FakeSource::wait_until(MonotonicTime time) {
  timer_.expires_at(boost::asio::steady_timer::time_point(
      std::chrono::duration_cast<boost::asio::steady_timer::duration>(time.time_since_epoch())));
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) step();
  });
}

Result<> FakeSource::read_more() {
  const ssize_t got = ::read(fd_.get(), buffer_.data(), buffer_.size());
  if (got < 0 && errno != EINTR) return io::fail_system("read", "fake://", errno);
  Units units;
  if (got > 0) {
    input_.feed(Bytes(buffer_).first(static_cast<std::size_t>(got)), units);
  } else if (got == 0) {
    input_.finish(units);
  }
  for (media::Unit& unit : units) take(std::move(unit));
  if (got != 0) return {};
  if (!clip_start_) return fail(ErrorCode::kMalformed, "fake://: its clip holds no picture");
  if (::lseek(fd_.get(), 0, SEEK_SET) != 0) return io::fail_system("read", "fake://", errno);
  minute_ += kMinute;
  return {};
}

// The encoder's priming lies before the first picture, and nothing after the minute counts.
void FakeSource::take(media::Unit unit) {
  auto* sample = std::get_if<media::Sample>(&unit);
  if (sample == nullptr) {
    queue_.push_back(std::move(unit));
    return;
  }
  if (!clip_start_) {
    if (sample->sap != media::Sap::kClosed || sample->track_id != 1) {
      if (before_video_.size() < kMaxBeforeVideo) before_video_.push_back(std::move(*sample));
      return;
    }
    clip_start_ = sample->dts;
    for (media::Sample& early : std::exchange(before_video_, {})) take(std::move(early));
  }
  const media::Ticks at = sample->dts - *clip_start_;
  if (at < media::Ticks{0} || at >= kMinute) return;
  sample->dts = minute_ + at;
  if (sample->dts >= first_) queue_.push_back(std::move(unit));
}

}  // namespace flu::ingest
