#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/config/server_config.h"
#include "tools/supervisor/api_access.h"
#include "tools/supervisor/fleet.h"
#include "tools/supervisor/journal.h"

namespace flu::supervisor {

// What the HTTP API changes. flu-serve only forwards: who asks is decided here.
class Api {
 public:
  struct Actions {
    std::function<std::string()> config_path;
    std::function<void(config::ServerConfig)> apply;
    std::function<nlohmann::json()> reload;  // as the command of that name
    std::function<nlohmann::json(const std::string& name, const std::string& url)> switch_source;
    std::function<void()> tell_recorders;  // that it is another stream they record
  };

  Api(Fleet& fleet, Journal& journal, Actions actions)
      : fleet_(fleet), journal_(journal), actions_(std::move(actions)) {}

  // {"call": ..., "name": ..., "authorization": ..., "peer": ...} and the body of the request.
  // The reply has the status and body of the HTTP answer.
  nlohmann::json answer(const nlohmann::json& request, std::string_view body);

 private:
  nlohmann::json call(const nlohmann::json& request, std::string_view body);
  nlohmann::json reload();
  nlohmann::json switch_source(const std::string& name, const std::string& url);
  nlohmann::json restart_stream(const std::string& name);
  nlohmann::json set_recording(const std::string& name, bool is_recording);
  nlohmann::json unknown_stream(const std::string& name) const;
  nlohmann::json close_sessions(std::string_view body);
  nlohmann::json create_streams(std::string_view text);
  nlohmann::json delete_stream(std::string_view body);
  void deny(const Refusal& refusal, const Asker& asker, std::string_view call);

  Fleet& fleet_;
  Journal& journal_;
  Actions actions_;
  RateLimitedLog denials_{LogLevel::kAlert};
  MonotonicTime next_denial_event_{};
};

}  // namespace flu::supervisor
