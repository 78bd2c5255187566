#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::ingest {

// A program whose standard output and error are read here. It dies with this process, and with
// this object.
class Child {
 public:
  // What it finds a descriptor as that it is given, beside the three that everybody has.
  static constexpr int kGivenFd = 3;

  // Borrowed for the call; -1: none.
  struct Descriptors {
    int given = -1;   // becomes kGivenFd
    int socket = -1;  // its standard input and output, instead of nothing and a pipe
  };

  // `command` begins with the path of the program.
  static Result<Child> start(const std::vector<std::string>& command, const Descriptors& fds);
  static Result<Child> start(const std::vector<std::string>& command) { return start(command, {}); }
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  // Taken over by the caller; both without waiting.
  UniqueFd take_output() { return std::move(output_); }
  UniqueFd take_errors() { return std::move(errors_); }
  UniqueFd take_pidfd() { return std::move(pidfd_); }  // readable when the program has ended

  // After it has ended: as of waitpid.
  int wait();

 private:
  Child() = default;
  void end();

  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd output_;
  UniqueFd errors_;
};

// The program of that name beside this one.
Result<std::string> find_program(const std::string& name);

}  // namespace flu::ingest
