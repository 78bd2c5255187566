#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/process.h"
#include "tools/supervisor/unit_machine.h"

namespace flu::supervisor {

// A running process, held by a descriptor (pidfd) that never means another one.
class Process {
 public:
  // One that a former supervisor started. kNotFound when it is gone, or its id is another's by now.
  static Result<Process> attach(const service::ProcessIdentity& identity);

  [[nodiscard]] const service::ProcessIdentity& identity() const { return identity_; }
  [[nodiscard]] int descriptor() const { return descriptor_.get(); }  // readable at its end

  void send_signal(int signal) const;

  // nullopt while it runs. Of a process that is not our child nobody can tell how it ended: that
  // counts as exit code 3.
  [[nodiscard]] std::optional<Ending> take_ending() const;

 private:
  friend class Spawner;
  Process(service::ProcessIdentity identity, UniqueFd descriptor, bool is_child)
      : identity_(identity), descriptor_(std::move(descriptor)), is_child_(is_child) {}

  service::ProcessIdentity identity_;
  UniqueFd descriptor_;
  bool is_child_;
};

// Starts programs: in a process group of their own, without terminal, standard input and output at
// /dev/null, standard error ours.
class Spawner {
 public:
  // Programs are looked for in `program_dir`, then along $PATH.
  explicit Spawner(std::string program_dir) : program_dir_(std::move(program_dir)) {}

  // `environment` holds NAME=VALUE, in addition to ours. `memory_limit`: bytes of data the process
  // may have (RLIMIT_DATA); 0: as many as we may.
  [[nodiscard]] Result<Process> start(const std::vector<std::string>& command,
                                      const std::vector<std::string>& environment,
                                      std::uint64_t memory_limit) const;
  // Where start() finds a program; its name alone when it is along $PATH.
  [[nodiscard]] std::string path_of(const std::string& name) const;

 private:
  std::string program_dir_;
};

// The folder that this program was started from.
std::string own_folder();

}  // namespace flu::supervisor
