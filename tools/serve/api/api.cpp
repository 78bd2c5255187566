// Tested by tests/e2e/serve/api-curl.sh
#include "tools/serve/api/api.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/wire/http/basic_auth.h"
#include "libcommon/wire/http/target.h"
#include "tools/serve/api/api_views.h"
#include "tools/serve/api/metrics.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using Kind = ApiRoute::Kind;

Response json_response(unsigned status, const json& body) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = make_body(body.dump(-1, ' ', false, json::error_handler_t::replace));
  if (status == 401)
    response.extra = "WWW-Authenticate: Basic realm=\"flu\", charset=\"UTF-8\"\r\n";
  if (status == 503) response.extra = "Retry-After: 5\r\n";
  return response;
}

Response error(unsigned status, std::string words) {
  return json_response(status, {{"error", std::move(words)}});
}

Response no_stream(const std::string& name) {
  return error(404, fmt::format("no stream '{}'", printable(name)));
}

Response options() {
  Response response;
  response.status = 204;
  response.extra =
      "Allow: GET, HEAD, POST, OPTIONS\r\n"
      "Access-Control-Allow-Methods: GET, HEAD, POST, OPTIONS\r\n"
      "Access-Control-Allow-Headers: Authorization, Content-Type\r\n"
      "Access-Control-Max-Age: 86400\r\n";
  return response;
}

bool is_loopback(const boost::asio::ip::address& address) {
  if (address.is_v4() || !address.to_v6().is_v4_mapped()) return address.is_loopback();
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6())
      .is_loopback();
}

// What the supervisor said.
Response told(const Result<json>& reply) {
  if (!reply) return error(503, reply.error().message);
  const auto status = reply->find("status");
  const auto body = reply->find("body");
  if (status == reply->end() || !status->is_number_unsigned() || body == reply->end()) {
    return error(503, reply->value("error", std::string("the supervisor did not understand")));
  }
  return json_response(status->get<unsigned>(), *body);
}

}  // namespace

Api::Api(boost::asio::io_context& loop, service::RunDir run_dir, Sessions& sessions,
         Handler& others)
    : files_(run_dir),
      supervisor_(loop, std::move(run_dir)),
      sessions_(&sessions),
      others_(&others) {}

void Api::handle(const std::shared_ptr<Connection>& connection) {
  const Request& request = connection->request();
  constexpr std::string_view kViewers = "media_info.json";
  const bool may_be_ours = request.target.find(kApiPrefix.substr(1)) != std::string::npos ||
                           request.target.find(kViewers) != std::string::npos ||
                           request.target.starts_with("/metrics") ||
                           request.target.find('%') != std::string::npos;
  if (!may_be_ours) return others_->handle(connection);
  const auto target = wire::parse_http_target(request.target);
  const auto route = target ? parse_api_route(target->path) : std::nullopt;
  if (!route) return others_->handle(connection);
  if (request.method == Method::kOptions) return connection->respond(options());
  if (route->kind == Kind::kUnknown) {
    return connection->respond(error(404, "the API has no such call"));
  }
  const auto url = wire::query_value(target->query, "url");
  if (route->kind == Kind::kSessions) {
    return list_sessions(connection, wire::query_value(target->query, "name").value_or(""));
  }
  if (route->kind != Kind::kChange) return connection->respond(read(*connection, *route));
  if (request.method == Method::kHead) {
    Response response = error(405, "HEAD changes nothing: GET or POST");
    response.extra = "Allow: GET, POST, OPTIONS\r\n";
    return connection->respond(std::move(response));
  }
  change(connection, *route, url.value_or(""));
}

// The supervisor decides; but who will be refused need not send a whole config first.
std::optional<Response> Api::refuse_body(const Request& request,
                                         const boost::asio::ip::address& peer) {
  const auto conf = files_.conf("serve");
  if (!conf) return error(503, "the supervisor does not run");
  const json auth = conf->value("auth", json::object());
  const bool has_login = auth.is_object() && auth.value("edit", json()).is_string();
  if (has_login ? is_login(request.authorization, "edit") : is_loopback(peer)) return std::nullopt;
  if (!has_login) {
    return error(403,
                 "the config has no edit_auth, so that changes are taken from this machine "
                 "alone: set edit_auth USER PASSWORD");
  }
  denials_.add(fmt::format("API: a wrong login, or none, from {}", peer.to_string()),
               monotonic_now());
  return error(401, "a login is needed: that of edit_auth");
}

void Api::change(const std::shared_ptr<Connection>& connection, const ApiRoute& route,
                 const std::string& url) {
  const Request& request = connection->request();
  json question{{"call", route.call},
                {"name", route.name},
                {"url", url},
                {"authorization", request.authorization},
                {"peer", connection->peer().to_string()},
                {"indirect", request.is_forwarded || request.is_from_page},
                {"other_site", request.is_from_other_site}};
  supervisor_.ask(std::move(question), request.body,
                  [connection](const Result<json>& reply) { connection->respond(told(reply)); });
}

void Api::list_sessions(const std::shared_ptr<Connection>& connection, std::string name) {
  if (auto refusal = refuse_reader(*connection)) return connection->respond(std::move(*refusal));
  sessions_->list(name, [connection, name](Result<json> list) {
    if (!list) return connection->respond(error(503, list.error().message));
    if (!name.empty()) (*list)["name"] = name;
    connection->respond(json_response(200, *list));
  });
}

bool Api::is_login(const std::string& header, const char* kind) {
  const auto conf = files_.conf("serve");
  const auto given = wire::parse_basic_auth(header);
  if (!conf || !given) return false;
  const json auth = conf->value("auth", json::object());
  if (!auth.is_object()) return false;
  const json wanted = auth.value(kind, json());
  const json salt = auth.value("salt", json());
  if (!wanted.is_string() || !salt.is_string()) return false;
  return wire::is_same_secret(wanted.get<std::string>(),
                              wire::login_digest(salt.get<std::string>(), *given));
}

// view_auth guards what is told; who may change everything may read it too.
std::optional<Response> Api::refuse_reader(const Connection& connection) {
  const auto conf = files_.conf("serve");
  if (!conf) return error(503, "the supervisor does not run");
  const json auth = conf->value("auth", json::object());
  if (!auth.is_object() || !auth.value("view", json()).is_string()) return std::nullopt;
  const std::string& header = connection.request().authorization;
  if (is_login(header, "view") || is_login(header, "edit")) return std::nullopt;
  if (!header.empty()) {
    denials_.add(fmt::format("API: a wrong login from {}", connection.peer().to_string()),
                 monotonic_now());
  }
  return error(401, header.empty() ? "a login is needed: that of view_auth or edit_auth"
                                   : "the login is not that of view_auth or edit_auth");
}

Response Api::read(const Connection& connection, const ApiRoute& route) {
  if (route.kind != Kind::kViewerMediaInfo) {
    if (auto refusal = refuse_reader(connection)) return std::move(*refusal);
  }
  if (route.kind == Kind::kNotYet) {
    return error(501, fmt::format("'{}' is not supported yet", route.call));
  }
  const auto streams = files_.state("streams");
  if (!streams) return error(503, "the supervisor does not run");
  return answer(route, *streams);
}

Response Api::answer(const ApiRoute& route, const json& streams) {
  if (route.kind == Kind::kServer || route.kind == Kind::kMedia || route.kind == Kind::kMetrics) {
    return server_answer(route, streams);
  }
  const bool is_name = is_stream_name(route.name);
  const json* const stream = is_name ? find_stream(streams, route.name) : nullptr;
  const bool is_known = stream != nullptr || (is_name && files_.has_window(route.name));
  if (route.kind == Kind::kStreamHealth) return health(route.name, is_known);
  if (stream == nullptr) return no_stream(route.name);
  if (route.kind == Kind::kInputMediaInfo) return error(200, "no_transcoder");
  const json info = media_info_view(*stream);
  if (route.kind == Kind::kViewerMediaInfo && info["streams"].empty()) {
    return error(503, "the stream has nothing to play yet");
  }
  return json_response(200, info);
}

// Of the whole server: only while somebody keeps it true.
Response Api::server_answer(const ApiRoute& route, const json& streams) {
  const auto server = files_.state("server");
  const auto age = files_.age("server");
  if (!server || !age || *age > kMaxStateAge) return error(503, "the supervisor does not run");
  const auto clients = files_.state("clients");
  const json audience = clients ? *clients : json::object();
  const ApiMoment moment{
      std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch()).count(),
      [this](std::string_view stream) { return files_.frame_age(stream); }};
  if (route.kind == Kind::kMetrics) {
    Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = make_body(metrics_text(*server, streams, audience, moment));
    return response;
  }
  if (route.kind == Kind::kMedia) {
    return json_response(200, media_view(streams, audience, moment));
  }
  return json_response(200, server_view(*server, streams, audience, moment));
}

// Told by the live window itself, which needs no supervisor to be fresh.
Response Api::health(const std::string& name, bool is_known) {
  if (!is_known) return no_stream(name);
  const auto age = files_.frame_age(name);
  const bool is_healthy = age && *age < kHealthyAge;
  json body{{"alive", is_healthy}};
  if (age) body["ts_delay"] = age->count();
  return json_response(is_healthy ? 200 : 424, body);
}

}  // namespace flu::serve
