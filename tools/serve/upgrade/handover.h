#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"

namespace flu::serve {

// A worker of the generation before, by its process and the way to it.
struct HandedWorker {
  pid_t pid = 0;
  UniqueFd channel;
  bool is_draining = false;
  nlohmann::json counters = nlohmann::json::object();
};

// What a master that becomes another program (by exec, so it stays the same process) finds there.
struct Handover {
  std::vector<UniqueFd> sockets;  // that listen
  std::vector<HandedWorker> workers;
  nlohmann::json past = nlohmann::json::object();  // sums of workers that ended
};

// The same with descriptors that stay whose they are.
struct HandoverView {
  struct Worker {
    pid_t pid;
    int channel;
    bool is_draining;
    nlohmann::json counters;
  };
  std::vector<int> sockets;
  std::vector<Worker> workers;
  nlohmann::json past;
};

// $FLU_SERVE_HANDOVER names the descriptor of a file that tells the others.
inline constexpr const char* kHandoverVariable = "FLU_SERVE_HANDOVER";

// A file for the next program, and all descriptors that it has to inherit, the file's too.
struct WrittenHandover {
  UniqueFd file;
  std::vector<int> inherited;
};
Result<WrittenHandover> write_handover(const HandoverView& view);

// Whether exec() keeps them open.
void keep_over_exec(const std::vector<int>& descriptors, bool is_kept);

// Empty when there is none; the variable is gone afterwards.
Result<Handover> take_handover();

}  // namespace flu::serve
