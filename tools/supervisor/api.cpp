// Tested by tests/e2e/serve/api-config-curl.sh
#include "tools/supervisor/api.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/base/text.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/event/types.h"
#include "tools/supervisor/config_editor.h"
#include "tools/supervisor/message_field.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

bool flag(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && *found == true;
}

json reply(unsigned status, json body) {
  return {{"ok", true}, {"status", status}, {"body", std::move(body)}};
}

json error_reply(unsigned status, const std::string& error) {
  return reply(status, {{"error", error}});
}

json success() {
  return reply(200, {{"success", true}});
}

json failure_reply(const EditFailure& failure) {
  const unsigned status = failure.kind == EditFailure::Kind::kText       ? 400
                          : failure.kind == EditFailure::Kind::kNotFound ? 404
                                                                         : 500;
  return reply(status, {{"error", failure.errors.front()}, {"errors", failure.errors}});
}

}  // namespace

json Api::answer(const json& request, std::string_view body) {
  const std::string call_name = text_field(request, "call");
  const Asker asker{text_field(request, "authorization"), text_field(request, "peer"),
                    flag(request, "indirect"), flag(request, "other_site")};
  if (const auto refusal = refuse_change(fleet_.server(), asker)) {
    deny(*refusal, asker, call_name);
    return error_reply(refusal->status, refusal->reason);
  }
  const std::string name = text_field(request, "name");
  log_info("API: {}{}{} from {}", printable(call_name), name.empty() ? "" : " ", printable(name),
           printable(asker.address));
  return call(request, body);
}

json Api::call(const json& request, std::string_view body) {
  const std::string call = text_field(request, "call");
  const std::string name = text_field(request, "name");
  if (call == "reload") return reload();
  if (call == "stream_switch_source") return switch_source(name, text_field(request, "url"));
  if (call == "stream_restart") return restart_stream(name);
  if (call == "dvr_enable" || call == "dvr_disable") {
    return set_recording(name, call == "dvr_enable");
  }
  if (call == "stream_create") return create_streams(body);
  if (call == "close_sessions") return close_sessions(body);
  if (call == "stream_delete") return delete_stream(body);
  if (call != "save_config" && call != "update_config") return error_reply(404, "no such call");
  auto edited =
      call == "save_config" ? replace_config(actions_.config_path(), body) : load_text(body);
  if (!edited) return failure_reply(edited.error());
  actions_.apply(std::move(edited->server));
  return reply(200, true);
}

json Api::reload() {
  const json done = actions_.reload();
  if (flag(done, "ok")) return reply(200, true);
  const json errors = done.value("errors", json::array());
  std::string first = "the config cannot be used";
  if (!errors.empty() && errors.front().is_string()) first = errors.front().get<std::string>();
  json kept = json::array();
  for (const json& error : errors) {
    if (kept.size() < 50) kept.push_back(error);
  }
  return reply(400, {{"error", first}, {"errors", std::move(kept)}});
}

json Api::switch_source(const std::string& name, const std::string& url) {
  if (fleet_.find_stream(name) == nullptr) {
    return error_reply(404, fmt::format("no stream '{}'", printable(name)));
  }
  if (url.empty()) return error_reply(400, "expected ?url= with one of the stream's sources");
  const json done = actions_.switch_source(name, url);
  if (flag(done, "ok")) return reply(200, true);
  return error_reply(400, text_field(done, "error"));
}

json Api::unknown_stream(const std::string& name) const {
  std::vector<std::string_view> names;
  for (const auto& stream : fleet_.server().streams) names.push_back(stream.name);
  return error_reply(
      404, fmt::format("no stream '{}'{}", printable(name), config::did_you_mean(name, names)));
}

json Api::set_recording(const std::string& name, bool is_recording) {
  const config::StreamConfig* const stream = fleet_.find_stream(name);
  if (stream == nullptr) return unknown_stream(name);
  if (stream->dvr.root.empty()) {
    return error_reply(400,
                       fmt::format("stream '{}' has no archive: its configuration needs dvr or "
                                   "dvr_offline",
                                   name));
  }
  fleet_.set_recording(name, is_recording);
  actions_.tell_recorders();
  return reply(200, true);
}

json Api::restart_stream(const std::string& name) {
  if (fleet_.find_stream(name) == nullptr) return unknown_stream(name);
  if (fleet_.units_of(name).empty()) {
    return error_reply(400, fmt::format("stream '{}' does not run: it is disabled, or has no "
                                        "source of a kind that is supported",
                                        name));
  }
  fleet_.restart_stream(name);
  return reply(200, true);
}

json Api::create_streams(std::string_view text) {
  auto edited = put_streams(actions_.config_path(), text);
  if (!edited) return failure_reply(edited.error());
  actions_.apply(std::move(edited->server));
  return success();
}

// A line an id. flu-auth ends them, and forgets what is not there.
json Api::close_sessions(std::string_view body) {
  constexpr std::size_t kBatch = 500;
  std::vector<json> messages;
  while (!body.empty()) {
    const std::size_t end = std::min(body.find('\n'), body.size());
    std::string_view id = body.substr(0, end);
    body.remove_prefix(std::min(body.size(), end + 1));
    while (!id.empty() && (id.back() == '\r' || id.back() == ' ')) id.remove_suffix(1);
    if (id.empty()) continue;
    if (id.size() > 64) {
      return error_reply(400, fmt::format("expected ids of sessions, one a line, found '{}'",
                                          printable(id.substr(0, 100))));
    }
    if (messages.empty() || messages.back()["ids"].size() == kBatch) {
      messages.push_back({{"type", "close_sessions"}, {"ids", json::array()}});
    }
    messages.back()["ids"].push_back(id);
  }
  if (messages.empty()) return error_reply(400, "expected ids of sessions as the body, one a line");
  for (const json& message : messages) {
    if (!fleet_.tell_unit("auth", message)) {
      return error_reply(503, "flu-auth, which keeps the sessions, does not run");
    }
  }
  return reply(200, true);
}

json Api::delete_stream(std::string_view body) {
  const auto end = body.find_last_not_of(" \t\r\n");
  std::string_view name = body.substr(0, end == std::string_view::npos ? 0 : end + 1);
  name.remove_prefix(std::min(name.size(), name.find_first_not_of(" \t\r\n")));
  if (!is_stream_name(name)) {
    return error_reply(400, fmt::format("expected the name of a stream as the body, found '{}'",
                                        printable(name.substr(0, 200))));
  }
  auto edited = supervisor::remove_stream(actions_.config_path(), name);
  if (!edited) return failure_reply(edited.error());
  journal_.add(event::kStreamStop, {{"media", name}, {"by", "api"}});
  actions_.apply(std::move(edited->server));
  return success();
}

void Api::deny(const Refusal& refusal, const Asker& asker, std::string_view call) {
  const MonotonicTime now = monotonic_now();
  denials_.add(fmt::format("API: {} from {} refused: {}", printable(call), printable(asker.address),
                           refusal.reason),
               now);
  // At most one a second, so that who tries passwords does not fill the journal.
  if (now < next_denial_event_) return;
  next_denial_event_ = now + std::chrono::seconds(1);
  journal_.add(event::kApiDenied,
               {{"ip", asker.address}, {"call", call}, {"reason", refusal.reason}});
}

}  // namespace flu::supervisor
