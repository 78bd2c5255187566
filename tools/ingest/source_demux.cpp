// Tested by tests/e2e/ingest/demux-sources.sh
#include "tools/ingest/source_demux.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/log.h"
#include "libcommon/config/secret.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/media/recording.h"
#include "tools/ingest/file_kind.h"
#include "tools/ingest/limits.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;
constexpr std::chrono::milliseconds kBurstLook{50};

ErrorCode code_of(int exit_code) {
  switch (exit_code) {
    case 1: return ErrorCode::kNotFound;
    case 2: return ErrorCode::kInvalidArgument;
    case 4: return ErrorCode::kMalformed;
    default: return ErrorCode::kUnavailable;
  }
}

Result<> result_of(int status, const std::string& last_word, const SourceUrl& url) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) {
    return fail(code_of(WEXITSTATUS(status)),
                last_word.empty() ? fmt::format("read {}: flu-demux ended with exit code {}",
                                                url.text, WEXITSTATUS(status))
                                  : last_word);
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("read {}: flu-demux was ended by signal {}", url.text, WTERMSIG(status)));
}

boost::asio::steady_timer::time_point to_timer(MonotonicTime time) {
  return boost::asio::steady_timer::time_point(
      std::chrono::duration_cast<boost::asio::steady_timer::duration>(time.time_since_epoch()));
}

// What flu-demux is told, but not in its command line, which everybody may read.
Result<UniqueFd> make_conf(const std::vector<std::string>& secrets) {
  UniqueFd fd(::memfd_create("secrets", MFD_CLOEXEC));
  if (!fd) return io::fail_system("make", "a file in memory", errno);
  FLU_TRY(io::write_all(fd.get(), as_bytes(config::write_secrets(secrets)), "a file in memory"));
  return fd;
}

media::Arrival arrival_now() {
  return {monotonic_now(), wall_now()};
}

}  // namespace

DemuxSource::DemuxSource(boost::asio::io_context& loop, const SourceUrl& url,
                         const SourceSettings& settings)
    : loop_(loop),
      url_(url),
      settings_(settings),
      output_(loop),
      exit_(loop),
      due_timer_(loop),
      burst_timer_(loop) {}

DemuxSource::~DemuxSource() = default;

media::Pacing DemuxSource::pacing() const {
  if (url_.scheme == Scheme::kFile) {
    return settings_.is_fast ? media::Pacing::kFree : media::Pacing::kPaced;
  }
  if (is_recording_) return media::Pacing::kPaced;
  return url_.is_bursty ? media::Pacing::kBursts : media::Pacing::kLive;
}

SourceCounters DemuxSource::counters() const {
  SourceCounters out;
  out.bytes = bytes_;
  return out;
}

Result<> DemuxSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  if (url_.scheme == Scheme::kFile) {
    FLU_TRY_ASSIGN(file_, open_source_file(url_));
  } else {
    // Servers give what they have at once to who connects.
    burst_.emplace();
  }
  return launch();
}

Result<> DemuxSource::launch() {
  FLU_TRY_ASSIGN(const std::string program, find_program("flu-demux"));
  const std::string given = fmt::format("/proc/self/fd/{}", Child::kGivenFd);
  std::vector<std::string> command{program, "--name", url_.text};
  if (is_logged(LogLevel::kDebug)) command.insert(command.end(), {"--log-level", "debug"});
  if (file_) {
    command.push_back("file://" + given);
    if (!url_.ts.allow_subtitles) command.emplace_back("allow_subtitles=false");
  } else {
    const config::SecretWords words = config::take_secrets(url_.demux_words);
    if (!words.secrets.empty()) {
      FLU_TRY_ASSIGN(conf_, make_conf(words.secrets));
      command.insert(command.end(), {"--conf", given});
    }
    command.insert(command.end(), words.words.begin(), words.words.end());
    command.push_back(fmt::format("source_timeout={}ms", url_.source_timeout.count()));
  }
  child_.reset();
  const UniqueFd& fd_to_give = file_ ? file_ : conf_;
  FLU_TRY_ASSIGN(child_, Child::start(command, {.given = fd_to_give.get(), .socket = -1}));
  errors_.emplace(loop_, child_->take_errors(), "flu-demux");
  UniqueFd fd = child_->take_output();
  boost::system::error_code failed;
  output_ = boost::asio::posix::stream_descriptor(loop_);
  output_.assign(fd.get(), failed);
  if (failed) return fail(ErrorCode::kUnavailable, "read " + url_.text + ": " + failed.message());
  (void)fd.release();
  reader_ = std::make_unique<container::FluReader>();
  has_output_ended_ = false;
  pass_samples_ = 0;
  exit_ = boost::asio::posix::stream_descriptor(loop_);
  UniqueFd pidfd = child_->take_pidfd();
  exit_.assign(pidfd.get(), failed);
  if (failed) return fail(ErrorCode::kUnavailable, "read " + url_.text + ": " + failed.message());
  (void)pidfd.release();
  read_output();
  return {};
}

void DemuxSource::resume() {
  read_output();
}

// What is not read waits in the pipe, and flu-demux with it.
bool DemuxSource::wants_more() const {
  if (result_ || has_output_ended_) return false;
  if (is_paced()) {
    return pacer_.empty() ||
           (pacer_.ahead(monotonic_now()) < kFileAhead && pacer_.held_bytes() < kFileAheadBytes);
  }
  return pacing() != media::Pacing::kFree || !handlers_.is_full();
}

void DemuxSource::read_output() {
  if (is_reading_ || !wants_more()) return;
  is_reading_ = true;
  output_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
                       if (failed || alive.expired()) return;
                       is_reading_ = false;
                       on_readable();
                     });
}

void DemuxSource::on_readable() {
  const auto room = reader_->prepare(kChunk);
  const ssize_t got = ::read(output_.native_handle(), room.data(), room.size());
  if (got < 0 && errno != EAGAIN && errno != EINTR) {
    return finish(tl::unexpected(io::system_error("read", url_.text, errno)));
  }
  if (got == 0) return on_last_output();
  if (got > 0) {
    bytes_ += static_cast<std::uint64_t>(got);
    reader_->commit(static_cast<std::size_t>(got));
    Units units;
    const auto taken = take_units(units);
    if (!units.empty()) {
      errors_->flush();
      deliver(units);
    }
    if (!taken) {
      return finish(tl::unexpected<Error>(
          Error(taken.error()).with_context(fmt::format("read {}: flu-demux", url_.text))));
    }
  }
  read_output();
}

Result<> DemuxSource::take_units(Units& out) {
  while (true) {
    FLU_TRY_ASSIGN(auto unit, reader_->next());
    if (!unit) return {};
    take_unit(std::move(*unit), out);
  }
}

bool DemuxSource::is_text(std::uint32_t track_id) const {
  const media::Track* const track = media::find_track(tracks_, track_id);
  return track != nullptr && media::is_text(*track);
}

void DemuxSource::take_unit(container::StreamUnit unit, Units& out) {
  if (auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    tracks_ = changed->tracks;
    out.emplace_back(std::move(*changed));
  } else if (auto* event = std::get_if<media::Event>(&unit)) {
    if (event->scheme == media::kRecordingScheme) {
      is_recording_ = true;
      burst_.reset();
      out.insert(out.begin(), std::move_iterator(held_.begin()), std::move_iterator(held_.end()));
      held_.clear();
      return;
    }
    out.emplace_back(std::move(*event));
  } else if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    if (fragment->info && (fragment->info->flags & container::kDiscont) != 0) {
      out.emplace_back(media::Discontinuity{"the source says that its times break here"});
    }
    for (const container::SampleEntry& entry : fragment->samples) {
      media::Sample sample;
      sample.track_id = fragment->track_id;
      sample.dts = entry.dts;
      sample.cts = entry.cts;
      sample.duration = entry.duration;
      sample.sap = entry.sap;
      sample.is_sparse = is_text(sample.track_id);
      const Bytes bytes = fragment->payload.subspan(entry.offset, entry.size);
      sample.data.assign(bytes.begin(), bytes.end());
      out.emplace_back(std::move(sample));
      ++pass_samples_;
    }
  }
}

void DemuxSource::deliver(Units& units) {
  if (is_paced()) {
    pacer_.add(units, monotonic_now());
    return play_due();
  }
  if (burst_) return hold_burst(units);
  handlers_.on_units(units, arrival_now());
}

// Also called without anything, since a burst may be followed by seconds of silence.
void DemuxSource::hold_burst(Units& units) {
  const media::Arrival now = arrival_now();
  burst_->add(units, now);
  std::move(units.begin(), units.end(), std::back_inserter(held_));
  units.clear();
  if (burst_->is_over()) {
    burst_.reset();
    burst_timer_.cancel();
    handlers_.on_units(held_, now);
    Units().swap(held_);
    return;
  }
  burst_timer_.expires_after(kBurstLook);
  burst_timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired() || !burst_) return;
    Units none;
    hold_burst(none);
  });
}

void DemuxSource::play_due() {
  while (auto due = pacer_.take(monotonic_now())) {
    if (due->is_restart) handlers_.on_restart("the file begins again");
    handlers_.on_units(due->units, arrival_now());
  }
  read_output();
  const auto next = pacer_.next();
  if (!next) {
    if (result_) finish(*result_);
    return;
  }
  due_timer_.expires_at(to_timer(*next));
  due_timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (!failed && !alive.expired()) play_due();
  });
}

void DemuxSource::on_last_output() {
  has_output_ended_ = true;
  exit_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
                     if (!failed && !alive.expired()) on_exit();
                   });
}

void DemuxSource::on_exit() {
  const int status = child_->wait();
  const std::string last_word = errors_->finish();
  Result<> result = result_of(status, last_word, url_);
  if (result && !last_word.empty()) log_alert("{}", last_word);
  if (!result || !settings_.is_looped || url_.scheme != Scheme::kFile || pass_samples_ == 0) {
    return finish(std::move(result));
  }
  if (is_paced()) {
    pacer_.restart();
  } else {
    handlers_.on_restart("the file begins again");
  }
  if (const auto launched = launch(); !launched) finish(launched);
}

// The end is told when all was played.
void DemuxSource::finish(Result<> result) {
  if (has_ended_) return;
  result_ = std::move(result);
  if (is_paced() && !pacer_.empty()) return;
  has_ended_ = true;
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.expired()) return;
    if (burst_ && !held_.empty()) handlers_.on_units(held_, arrival_now());
    handlers_.on_end(*result_);
  });
}

}  // namespace flu::ingest
