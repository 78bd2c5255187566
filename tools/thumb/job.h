#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::thumb {

// Work in a process of its own, made for it by fork: a hostile picture can crash, hang or fill
// that one alone, and all that a decoder took is given back at its end. Destroyed, it is killed.
class Job {
 public:
  using Work = std::function<Result<Buffer>()>;  // over there; may wait
  using Done = std::function<void(Result<Buffer>)>;

  // `done` is called once, from the loop, and may destroy the job.
  static Result<std::unique_ptr<Job>> start(boost::asio::io_context& loop, const Work& work,
                                            std::chrono::seconds patience, Done done);
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

 private:
  Job(boost::asio::io_context& loop, pid_t process, UniqueFd pipe, Done done);

  void read();
  void finish(bool is_late);
  int reap();

  pid_t process_;
  boost::asio::posix::stream_descriptor pipe_;
  boost::asio::steady_timer timer_;
  Done done_;
  Buffer answer_;
  std::array<std::uint8_t, 65536> chunk_{};
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // what waits in the loop looks at it
};

}  // namespace flu::thumb
