#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/log.h"
#include "libcommon/service/run_dir.h"
#include "tools/serve/api/api_route.h"
#include "tools/serve/api/state_files.h"
#include "tools/serve/api/supervisor_link.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/sessions/sessions.h"

namespace flu::serve {

// The HTTP API in front of everything else that is served. What is asked is answered from the state
// files; what changes something goes to the supervisor, which also decides who may.
class Api final : public Handler {
 public:
  // `others` gets the requests that are none of the API's.
  Api(boost::asio::io_context& loop, service::RunDir run_dir, Sessions& sessions, Handler& others);

  void handle(const std::shared_ptr<Connection>& connection) override;
  std::optional<Response> refuse_body(const Request& request,
                                      const boost::asio::ip::address& peer) override;

 private:
  void change(const std::shared_ptr<Connection>& connection, const ApiRoute& route,
              const std::string& url);
  void list_sessions(const std::shared_ptr<Connection>& connection, std::string name);
  Response read(const Connection& connection, const ApiRoute& route);
  Response answer(const ApiRoute& route, const nlohmann::json& streams);
  Response server_answer(const ApiRoute& route, const nlohmann::json& streams);
  Response health(const std::string& name, bool is_known);
  [[nodiscard]] std::optional<Response> refuse_reader(const Connection& connection);
  bool is_login(const std::string& header, const char* kind);

  StateFiles files_;
  SupervisorLink supervisor_;
  Sessions* sessions_;
  Handler* others_;
  RateLimitedLog denials_{LogLevel::kAlert};
};

}  // namespace flu::serve
