#include "tools/serve/sessions/auth_messages.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using State = WorkerSession::State;

std::string cut(const std::string& text) {
  return text.substr(0, kMaxViewerText);
}

}  // namespace

json describe_session(const WorkerSession& session) {
  const Viewer& viewer = session.viewer;
  json out{{"n", session.number},
           {"name", viewer.stream},
           {"ip", viewer.ip},
           {"type", session.type},
           {"token", cut(viewer.token)},
           {"user_agent", cut(viewer.user_agent)},
           {"referer", cut(viewer.referer)},
           {"endless", viewer.is_endless}};
  if (session.state == State::kAllowed) {
    out["created_at"] = session.created_ms;
    out["bytes"] = session.bytes;
  }
  return out;
}

void take_decision(WorkerSession& session, const json& decision, MonotonicTime now) {
  constexpr std::uint64_t kDay = 86'400;
  constexpr std::uint64_t kUsual = 180;
  session.state = value_of(decision, "allow", true) ? State::kAllowed : State::kRefused;
  session.good_until =
      now + std::chrono::seconds(std::min(kDay, value_of(decision, "ttl", kUsual)));
  session.id = value_of(decision, "id", session.id);
  session.type = value_of(decision, "type", session.type);
  session.created_ms = value_of(decision, "created_at", session.created_ms);
  session.status = std::clamp(value_of(decision, "status", 403U), 400U, 499U);
  session.reason = value_of(decision, "reason", std::string("it is not allowed"));
}

}  // namespace flu::serve
