#include "tools/thumb/job.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "tools/thumb/limits.h"

namespace flu::thumb {
namespace {

// The first byte of what a job sends; the rest is the picture, or words.
constexpr std::uint8_t kPicture = 0;
constexpr std::uint8_t kWords = 1;
constexpr std::size_t kMaxAnswer = kMaxJpegBytes + 1;

void limit(__rlimit_resource_t what, rlim_t most) {
  const rlimit value{most, most};
  (void)::setrlimit(what, &value);
}

// What a job never needs.
void protect(std::chrono::seconds patience) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CPU, static_cast<rlim_t>(patience.count()) + 1);
#ifndef __SANITIZE_ADDRESS__  // whose shadow counts as data
  limit(RLIMIT_DATA, kMaxJobData);
#endif
}

// The parent's handlers would wake the parent.
void forget_signals() {
  (void)::signal(SIGTERM, SIG_DFL);
  (void)::signal(SIGINT, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void work_and_exit(const Job::Work& work, int pipe, std::chrono::seconds patience) {
  forget_signals();
  protect(patience);
  Buffer answer;
  if (auto result = work()) {
    answer = std::move(*result);
    answer.insert(answer.begin(), kPicture);
  } else {
    const std::string& words = result.error().message;
    answer.assign(words.begin(), words.end());
    answer.insert(answer.begin(), kWords);
  }
  const bool is_sent = io::write_all(pipe, answer, "pipe").has_value();
  ::_exit(is_sent ? 0 : 1);
}

tl::unexpected<Error> describe_end(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
    return fail(ErrorCode::kLimitExceeded, "it takes too long");
  }
  if (WIFSIGNALED(status)) {
    return fail(ErrorCode::kMalformed,
                fmt::format("its process was ended by signal {}", WTERMSIG(status)));
  }
  return fail(ErrorCode::kMalformed,
              fmt::format("its process ended with code {}", WEXITSTATUS(status)));
}

}  // namespace

Result<std::unique_ptr<Job>> Job::start(boost::asio::io_context& loop, const Work& work,
                                        std::chrono::seconds patience, Done done) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return io::fail_system("pipe", "job", errno);
  UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  // A signal between fork and forget_signals() would reach our handler over there.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  (void)::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t process = ::fork();
  const int error = errno;
  if (process == 0) work_and_exit(work, writing.get(), patience);
  (void)::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (process < 0) return io::fail_system("fork", "job", error);
  std::unique_ptr<Job> job(new Job(loop, process, std::move(reading), std::move(done)));
  job->timer_.expires_after(patience);
  job->timer_.async_wait([self = job.get(), alive = std::weak_ptr(job->alive_)](const auto& ec) {
    if (!ec && !alive.expired()) self->finish(true);
  });
  job->read();
  return job;
}

Job::Job(boost::asio::io_context& loop, pid_t process, UniqueFd pipe, Done done)
    : process_(process), pipe_(loop, pipe.release()), timer_(loop), done_(std::move(done)) {}

Job::~Job() {
  if (process_ != 0) (void)reap();
}

void Job::read() {
  const auto alive = std::weak_ptr(alive_);
  pipe_.async_read_some(boost::asio::buffer(chunk_),
                        [this, alive](const auto& ec, std::size_t got) {
                          if (alive.expired() || ec == boost::asio::error::operation_aborted)
                            return;
                          answer_.insert(answer_.end(), chunk_.begin(),
                                         chunk_.begin() + static_cast<std::ptrdiff_t>(got));
                          if (ec || answer_.size() > kMaxAnswer) return finish(false);
                          read();
                        });
}

// It has ended, or is ended now; an exit that is under way keeps its code.
int Job::reap() {
  (void)::kill(process_, SIGKILL);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  return status;
}

void Job::finish(bool is_late) {
  if (process_ == 0) return;
  const int status = reap();
  timer_.cancel();
  pipe_.close();
  Done done = std::move(done_);
  if (is_late) return done(fail(ErrorCode::kUnavailable, "it takes too long"));
  if (answer_.empty()) return done(describe_end(status));
  if (answer_.size() > kMaxAnswer) {
    return done(fail(ErrorCode::kLimitExceeded, "the picture is too large"));
  }
  const Bytes rest = Bytes(answer_).subspan(1);
  if (answer_.front() == kPicture) return done(Buffer(rest.begin(), rest.end()));
  const std::string words(rest.begin(), rest.end());
  done(fail(ErrorCode::kUnavailable, printable(words)));
}

}  // namespace flu::thumb
