#include "tools/auth/message.h"

#include <algorithm>

#include "tools/auth/limits.h"

namespace flu::auth {
namespace {

using nlohmann::json;

const json& list_of(const json& message, const char* name) {
  static const json none = json::array();
  const auto found = message.find(name);
  return found != message.end() && found->is_array() ? *found : none;
}

std::string short_field(const json& message, const char* name) {
  std::string text = text_field(message, name);
  if (text.size() > kMaxField) text.resize(kMaxField);
  return text;
}

}  // namespace

std::string text_field(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_string() ? found->get<std::string>() : "";
}

std::uint64_t number_field(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::vector<Opening> parse_openings(const json& message) {
  std::vector<Opening> out;
  for (const json& item : list_of(message, "sessions")) {
    if (!item.is_object()) continue;
    Opening opening;
    opening.number = number_field(item, "n");
    Viewer& viewer = opening.viewer;
    viewer.name = short_field(item, "name");
    viewer.ip = short_field(item, "ip");
    viewer.type = short_field(item, "type");
    viewer.token = short_field(item, "token");
    viewer.user_agent = short_field(item, "user_agent");
    viewer.referer = short_field(item, "referer");
    viewer.is_endless = item.value("endless", json()) == true;
    if (viewer.name.empty()) continue;
    if (item.contains("created_at")) {
      // Up to the year 9999: nobody computes with more.
      constexpr std::uint64_t kLatest = 253'402'300'800'000;
      opening.known = Registry::Known{
          static_cast<std::int64_t>(std::min(number_field(item, "created_at"), kLatest)),
          number_field(item, "bytes")};
    }
    out.push_back(std::move(opening));
  }
  return out;
}

json describe_decision(std::uint64_t number, const Registry::Decision& decision) {
  json out{{"n", number}, {"allow", decision.is_allowed}};
  out["ttl"] = (decision.is_allowed ? kAllowedTime : kRefusedTime).count();
  if (!decision.is_allowed) {
    out["status"] = 403;
    out["reason"] = decision.reason;
  }
  if (decision.session != nullptr) {
    out["id"] = decision.session->id;
    out["type"] = decision.session->viewer.type;
    out["created_at"] = decision.session->created_ms;
  }
  return out;
}

std::vector<std::uint64_t> parse_numbers(const json& message, const char* key) {
  std::vector<std::uint64_t> out;
  for (const json& item : list_of(message, key)) {
    if (item.is_number_unsigned()) out.push_back(item.get<std::uint64_t>());
  }
  return out;
}

std::vector<Part> parse_report(const json& message, std::uint64_t worker) {
  std::vector<Part> out;
  for (const json& item : list_of(message, "bytes")) {
    const bool is_pair = item.is_array() && item.size() == 2 && item[0].is_number_unsigned() &&
                         item[1].is_number_unsigned();
    if (!is_pair) continue;
    out.push_back({{worker, item[0].get<std::uint64_t>()}, item[1].get<std::uint64_t>()});
  }
  return out;
}

std::vector<std::string> parse_ids(const json& message) {
  std::vector<std::string> out;
  for (const json& item : list_of(message, "ids")) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

// Countries are told by a database that is not there.
json describe_session(const Session& session, std::int64_t utc_ms) {
  return {{"number", session.number},
          {"id", session.id},
          {"session_id", session.session_id()},
          {"ip", session.viewer.ip},
          {"name", session.viewer.name},
          {"created_at", session.created_ms},
          {"duration", std::max<std::int64_t>(0, utc_ms - session.created_ms)},
          {"type", session.viewer.type},
          {"bytes_sent", session.bytes()},
          {"country", "NONE"}};
}

json describe_event(const Session& session) {
  return {{"media", session.viewer.name},
          {"id", session.id},
          {"session_id", session.session_id()},
          {"ip", session.viewer.ip},
          {"token", session.viewer.token},
          {"proto", session.viewer.type},
          {"opened_at", session.created_ms},
          {"bytes", session.bytes()},
          {"user_agent", session.viewer.user_agent},
          {"referer", session.viewer.referer}};
}

}  // namespace flu::auth
