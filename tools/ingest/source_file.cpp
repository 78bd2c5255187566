// Tested by tests/e2e/ingest/file-ffprobe.sh

#include "tools/ingest/source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/io/system_error.h"
#include "tools/ingest/file_kind.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kFastChunk = 256 << 10;
constexpr std::size_t kPacedChunk = 16 << 10;

std::uint64_t count_samples(const Units& units) {
  return static_cast<std::uint64_t>(std::count_if(
      units.begin(), units.end(),
      [](const media::Unit& unit) { return std::holds_alternative<media::Sample>(unit); }));
}

// Of a file without a frame.
std::string why_empty(const SourceUrl& url, bool had_program, const SourceCounters& counters) {
  if (counters.bytes == 0) return "it is empty";
  if (had_program) return "the MPEG-TS holds no frames that are wanted";
  // A rhythm of sync bytes that held for more than half of it.
  if (counters.ts.packets < 2 || counters.ts.skipped_bytes > counters.bytes / 2)
    return "it is not MPEG-TS, nor another container that is known";
  if (url.ts.program != 0) {
    return fmt::format("the MPEG-TS has no program {} (no PAT and PMT of it)", url.ts.program);
  }
  return fmt::format("MPEG-TS without PAT and PMT ({} packets of no program)", counters.ts.packets);
}

}  // namespace

FileSource::FileSource(boost::asio::io_context& loop, const SourceUrl& url,
                       const SourceSettings& settings)
    : loop_(loop), url_(url), settings_(settings), timer_(loop), input_(url.ts) {}

media::Pacing FileSource::pacing() const {
  return settings_.is_fast || url_.scheme == Scheme::kStdin ? media::Pacing::kFree
                                                            : media::Pacing::kPaced;
}

Result<> FileSource::start(Handlers handlers) {
  handlers_ = std::move(handlers);
  if (url_.scheme == Scheme::kStdin) {
    fd_.reset(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    if (!fd_) return io::fail_system("read", url_.text, errno);
  } else {
    FLU_TRY_ASSIGN(fd_, open_source_file(url_));
  }
  struct stat status {};
  if (::fstat(fd_.get(), &status) != 0) return io::fail_system("read", url_.text, errno);
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("read {}: is a directory", url_.text));
  }
  if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || S_ISCHR(status.st_mode)) {
    boost::system::error_code failed;
    waiting_.emplace(loop_);
    waiting_->assign(fd_.get(), failed);
    if (failed) {
      waiting_.reset();  // such as the null device: it never blocks
    } else {
      (void)fd_.release();
    }
  }
  buffer_.resize(pacing() == media::Pacing::kFree ? kFastChunk : kPacedChunk);
  schedule();
  return {};
}

void FileSource::resume() {
  schedule();
}

void FileSource::schedule() {
  if (is_scheduled_ || is_finished_) return;
  is_scheduled_ = true;
  const auto go = [this, alive = std::weak_ptr<bool>(alive_)](auto&&...) {
    if (alive.expired()) return;
    is_scheduled_ = false;
    step();
  };
  if (waiting_) {
    waiting_->async_wait(boost::asio::posix::stream_descriptor::wait_read, go);
  } else {
    boost::asio::post(loop_, go);
  }
}

void FileSource::step() {
  if (pacing() == media::Pacing::kFree) {
    step_fast();
  } else {
    step_paced();
  }
}

void FileSource::step_fast() {
  if (handlers_.is_full()) return;  // resume() goes on
  Units units;
  const bool goes_on = read_more(units);
  if (!units.empty()) handlers_.on_units(units, {monotonic_now(), wall_now()});
  if (!goes_on) {
    if (is_finished_) return tell_end();
    handlers_.on_restart("the file begins again");
  }
  schedule();
}

// Reads a chunk. False at the end of a pass: finished, or to be read again.
bool FileSource::read_more(Units& out) {
  const int fd = waiting_ ? waiting_->native_handle() : fd_.get();
  const ssize_t got = ::read(fd, buffer_.data(), buffer_.size());
  if (got < 0) {
    if (errno == EINTR || errno == EAGAIN) return true;
    finish(io::fail_system("read", url_.text, errno));
    return false;
  }
  if (got == 0) return end_pass(out);
  input_.feed(Bytes(buffer_).first(static_cast<std::size_t>(got)), out);
  pass_samples_ += count_samples(out);
  return true;
}

bool FileSource::end_pass(Units& out) {
  const bool had_program = input_.has_program();
  input_.finish(out);
  pass_samples_ += count_samples(out);
  if (pass_samples_ == 0) {
    finish(fail(
        ErrorCode::kMalformed,
        fmt::format("read {}: {}", url_.text, why_empty(url_, had_program, input_.counters()))));
    return false;
  }
  pass_samples_ = 0;
  if (!settings_.is_looped || waiting_ || url_.scheme == Scheme::kStdin) {
    finish({});
  } else if (::lseek(fd_.get(), 0, SEEK_SET) != 0) {
    finish(io::fail_system("read again", url_.text, errno));
  }
  return false;
}

void FileSource::finish(Result<> result) {
  is_finished_ = true;
  result_ = std::move(result);
}

// From the loop, after all that was read has been given.
void FileSource::tell_end() {
  boost::asio::post(loop_, [this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) handlers_.on_end(result_);
  });
}

void FileSource::wait_until(MonotonicTime time) {
  is_scheduled_ = true;
  timer_.expires_at(boost::asio::steady_timer::time_point(
      std::chrono::duration_cast<boost::asio::steady_timer::duration>(time.time_since_epoch())));
  timer_.async_wait([this, alive = std::weak_ptr<bool>(alive_)](auto failed) {
    if (failed || alive.expired()) return;
    is_scheduled_ = false;
    step();
  });
}

void FileSource::step_paced() {
  const MonotonicTime now = monotonic_now();
  while (true) {
    while (auto due = pacer_.take(now)) {
      if (due->is_restart) handlers_.on_restart("the file begins again");
      handlers_.on_units(due->units, {monotonic_now(), wall_now()});
    }
    if (const auto next = pacer_.next()) return wait_until(*next);
    if (is_finished_) return tell_end();
    Units units;
    const bool goes_on = read_more(units);
    pacer_.add(units, now);
    if (!goes_on && !is_finished_) pacer_.restart();
  }
}

}  // namespace flu::ingest
