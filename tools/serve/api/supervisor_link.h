#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/result.h"
#include "libcommon/service/run_dir.h"

namespace flu::serve {

// Requests to the supervisor (RUN_DIR/control.sock, command "api") and their replies. Never waits;
// each request is answered once, with an error when the supervisor is gone or silent.
class SupervisorLink {
 public:
  using Done = std::function<void(Result<nlohmann::json>)>;

  SupervisorLink(boost::asio::io_context& loop, service::RunDir run_dir);
  ~SupervisorLink();
  SupervisorLink(const SupervisorLink&) = delete;
  SupervisorLink& operator=(const SupervisorLink&) = delete;

  // `body` goes along as a file in memory.
  void ask(nlohmann::json request, std::string_view body, Done done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with what waits in the loop
};

}  // namespace flu::serve
