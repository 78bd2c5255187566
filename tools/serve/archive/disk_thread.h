#pragma once

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "libcommon/base/log.h"
#include "libcommon/io/worker.h"

namespace flu::serve {

// A thread for what may wait for a disk, started when there is something for it.
class DiskThread {
 public:
  explicit DiskThread(boost::asio::io_context& loop) : loop_(&loop) {}

  // As io::Worker::run. False, and nothing is done: there can be none, or it was stopped.
  bool run(io::Worker::Task task, io::Worker::Task done);
  void stop();

  // What went wrong, for the log.
  void tell(const std::string& trouble);

 private:
  boost::asio::io_context* loop_;
  std::unique_ptr<io::Worker> worker_;
  bool is_stopped_ = false;
  RateLimitedLog errors_{LogLevel::kAlert};
};

}  // namespace flu::serve
