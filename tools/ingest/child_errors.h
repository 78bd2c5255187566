#pragma once

#include <memory>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/unique_fd.h"

namespace flu::ingest {

// The lines of a child's standard error: each is logged when the next one comes, or with flush();
// the last before its end is the reason of that.
class ChildErrors {
 public:
  ChildErrors(boost::asio::io_context& loop, UniqueFd fd, std::string program);
  ChildErrors(const ChildErrors&) = delete;
  ChildErrors& operator=(const ChildErrors&) = delete;

  void flush();
  // All that is there; the last line without the program's name, "" where there is none.
  std::string finish();

 private:
  enum class Got { kSome, kNothing, kEnd };

  void wait();
  Got read();
  void take_line(std::string line);

  boost::asio::posix::stream_descriptor input_;
  std::string prefix_;  // of its lines
  std::string open_;    // a line that has no end yet
  std::string last_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
