#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "libcommon/base/result.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/service/common_options.h"
#include "libcommon/service/run_dir.h"

namespace flu::ctl {

// A connection to the running supervisor's control.sock.
class Client {
 public:
  // kUnavailable, in words for an operator, when nothing runs.
  static Result<Client> connect(const service::CommonOptions& common);

  // The same to flu-auth's auth.sock.
  static Result<Client> connect_auth(const service::CommonOptions& common);

  [[nodiscard]] const service::RunDir& run_dir() const { return run_dir_; }
  [[nodiscard]] pid_t server_process() const { return server_; }

  Result<void> send(const nlohmann::json& request);
  // The next message; kUnavailable when the server is gone or silent for `patience`.
  Result<nlohmann::json> receive(std::chrono::milliseconds patience);
  // A request and its reply; "ok": false becomes an error.
  Result<nlohmann::json> ask(const nlohmann::json& request);

 private:
  static Result<Client> connect(service::RunDir run_dir, const std::string& path,
                                const std::string& absent);
  Client(service::RunDir run_dir, UniqueFd socket, pid_t server)
      : run_dir_(std::move(run_dir)), socket_(std::move(socket)), server_(server) {}

  service::RunDir run_dir_;
  UniqueFd socket_;
  pid_t server_;
};

// A file of RUN_DIR/state.
Result<nlohmann::json> read_state(const service::RunDir& run_dir, const std::string& name);

// The values of an object that may lack them or hold something else.
std::string text_of(const nlohmann::json& object, const char* name);
double number_of(const nlohmann::json& object, const char* name, double otherwise = 0);
nlohmann::json list_of(const nlohmann::json& object, const char* name);

}  // namespace flu::ctl
