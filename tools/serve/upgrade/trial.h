#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::serve {

// A program and its command line, as exec() takes them.
struct NextProgram {
  std::string path;                    // with a slash, or looked for along $PATH
  std::vector<std::string> arguments;  // the first is its name
  std::string plan_hash;               // of the supervisor; "": as it is
};
// This one, as it was started.
NextProgram own_program();

// In a child, or instead of this program: returns only when it cannot be done, with errno set.
void execute(const NextProgram& program);

// Whether the next program would serve, asked of itself: started with everything that it would
// inherit, it does all up to the first client, says so and ends.
class Trial {
 public:
  // "" or why it would not.
  using Done = std::function<void(const std::string& trouble)>;

  explicit Trial(boost::asio::io_context& loop) : pipe_(loop), timer_(loop) {}

  Result<void> start(const NextProgram& program, const std::vector<int>& inherited, int handover,
                     Done done);
  [[nodiscard]] bool is_running() const { return pid_ != 0; }
  void cancel();

 private:
  void read();
  void reap();
  void finish(int status);

  boost::asio::posix::stream_descriptor pipe_;
  boost::asio::steady_timer timer_;
  pid_t pid_ = 0;
  MonotonicTime deadline_{};
  std::string said_;
  Done done_;
};

// In the program on trial. `is_trial()` takes the environment's word once.
bool is_trial();
void pass_trial();

}  // namespace flu::serve
