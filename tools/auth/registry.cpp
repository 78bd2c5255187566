#include "tools/auth/registry.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tools/auth/limits.h"

namespace flu::auth {
namespace {

std::string place_of(const Viewer& viewer) {
  return viewer.name + '\0' + viewer.ip;
}

std::string key_of(const Viewer& viewer) {
  return place_of(viewer) + '\0' + viewer.type + '\0' + viewer.token;
}

bool is_joined(std::string_view type, std::string_view asked) {
  return asked.empty() || type == asked;
}

}  // namespace

// Segments name neither the protocol that they are fetched for nor, mostly, the token of their
// playlist: they belong to the viewer's newest session.
Session* Registry::find_open(const Viewer& viewer, const std::optional<Known>& known) {
  if (viewer.is_endless) {
    if (!known) return nullptr;
    Session wanted;
    wanted.id = make_session_id(viewer);
    wanted.created_ms = known->created_ms;
    const auto found = by_session_id_.find(wanted.session_id());
    return found == by_session_id_.end() ? nullptr : &sessions_.at(found->second);
  }
  if (const auto found = by_key_.find(key_of(viewer)); found != by_key_.end()) {
    return &sessions_.at(found->second);
  }
  if (!viewer.type.empty() && !viewer.token.empty()) return nullptr;
  const auto found = newest_.find(place_of(viewer));
  if (found == newest_.end()) return nullptr;
  Session& session = sessions_.at(found->second);
  const bool is_same_token = viewer.token.empty() || viewer.token == session.viewer.token;
  return is_same_token && is_joined(session.viewer.type, viewer.type) ? &session : nullptr;
}

std::string Registry::refusal(const Viewer& viewer) const {
  if (policy_.max_sessions && sessions_.size() >= *policy_.max_sessions) {
    return fmt::format("the server has all the viewers that it may have, {}",
                       *policy_.max_sessions);
  }
  const auto limit = policy_.stream_max_sessions.find(viewer.name);
  if (limit == policy_.stream_max_sessions.end()) return "";
  const auto clients = clients_.find(viewer.name);
  if (clients == clients_.end() || clients->second < limit->second) return "";
  return fmt::format("the stream has all the viewers that it may have, {}", limit->second);
}

Session& Registry::make(const Viewer& viewer, const Moment& now,
                        const std::optional<Known>& known) {
  Session session;
  session.number = ++last_number_;
  session.viewer = viewer;
  if (session.viewer.type.empty()) session.viewer.type = "hls";
  session.id = make_session_id(viewer);
  session.created_ms = known && known->created_ms > 0 ? known->created_ms : now.utc_ms;
  while (by_session_id_.contains(session.session_id())) ++session.created_ms;
  by_session_id_.emplace(session.session_id(), session.number);
  if (!viewer.is_endless) {
    by_key_[key_of(session.viewer)] = session.number;
    newest_[place_of(viewer)] = session.number;
  }
  ++clients_[viewer.name];
  Session& kept = sessions_.emplace(session.number, std::move(session)).first->second;
  opened_(kept);
  return kept;
}

Registry::Decision Registry::open(PartId part, const Viewer& viewer, const Moment& now,
                                  const std::optional<Known>& known) {
  if (const auto found = parts_.find(part); found != parts_.end()) {
    return {&sessions_.at(found->second), true, ""};
  }
  Session* session = find_open(viewer, known);
  if (session == nullptr) {
    if (std::string reason = known ? "" : refusal(viewer); !reason.empty()) {
      return {nullptr, false, std::move(reason)};
    }
    if (sessions_.size() >= max_sessions_) {
      ++uncounted_;
      return {};
    }
    session = &make(viewer, now, known);
  }
  join(*session, part, known ? known->bytes : 0);
  return {session, true, ""};
}

void Registry::join(Session& session, PartId part, std::uint64_t bytes) {
  parts_.emplace(part, session.number);
  session.parts.push_back({part, bytes});
}

void Registry::report(PartId part, std::uint64_t bytes) {
  const auto found = parts_.find(part);
  if (found == parts_.end()) return;
  for (Part& known : sessions_.at(found->second).parts) {
    if (known.id == part) known.bytes = std::max(known.bytes, bytes);
  }
}

void Registry::leave(Session& session, PartId part, const Moment& now) {
  const auto place = std::find_if(session.parts.begin(), session.parts.end(),
                                  [&](const Part& known) { return known.id == part; });
  if (place == session.parts.end()) return;
  session.past_bytes += place->bytes;
  session.parts.erase(place);
  session.left = now.monotonic;
}

void Registry::close(PartId part, const Moment& now) {
  const auto found = parts_.find(part);
  if (found == parts_.end()) return;
  const auto session = sessions_.find(found->second);
  parts_.erase(found);
  leave(session->second, part, now);
  if (session->second.parts.empty()) end(session);
}

// Its viewers come again to another worker: sessions of segments are given the time to.
void Registry::drop(std::uint64_t worker, const Moment& now) {
  auto place = parts_.lower_bound({worker, 0});
  while (place != parts_.end() && place->first.worker == worker) {
    const auto session = sessions_.find(place->second);
    leave(session->second, place->first, now);
    place = parts_.erase(place);
    if (session->second.parts.empty() && session->second.viewer.is_endless) end(session);
  }
}

void Registry::expire(const Moment& now) {
  for (auto place = sessions_.begin(); place != sessions_.end();) {
    const auto next = std::next(place);
    const Session& session = place->second;
    if (session.parts.empty() && now.monotonic - session.left > kIdleTime) end(place);
    place = next;
  }
}

void Registry::forget_keys(const Session& session) {
  by_session_id_.erase(session.session_id());
  const auto forget = [&](auto& index, const std::string& key) {
    const auto found = index.find(key);
    if (found != index.end() && found->second == session.number) index.erase(found);
  };
  forget(by_key_, key_of(session.viewer));
  forget(newest_, place_of(session.viewer));
}

void Registry::end(Sessions::iterator place) {
  const Session session = std::move(place->second);
  sessions_.erase(place);
  forget_keys(session);
  const auto clients = clients_.find(session.viewer.name);
  if (--clients->second == 0) clients_.erase(clients);
  closed_(session);
}

std::vector<PartId> Registry::revoke(std::string_view id, std::size_t& count) {
  std::vector<std::uint64_t> numbers;
  if (const auto found = by_session_id_.find(std::string(id)); found != by_session_id_.end()) {
    numbers.push_back(found->second);
  } else if (id.find('-') == std::string_view::npos) {
    for (const auto& [number, session] : sessions_) {
      if (session.id == id) numbers.push_back(number);
    }
  }
  std::vector<PartId> out;
  for (const std::uint64_t number : numbers) {
    const auto place = sessions_.find(number);
    for (const Part& part : place->second.parts) {
      out.push_back(part.id);
      parts_.erase(part.id);
    }
    end(place);
  }
  count = numbers.size();
  return out;
}

std::vector<const Session*> Registry::list(std::uint64_t after, std::string_view name,
                                           std::size_t max) const {
  std::vector<const Session*> out;
  for (auto place = sessions_.upper_bound(after); place != sessions_.end() && out.size() < max;
       ++place) {
    if (name.empty() || place->second.viewer.name == name) out.push_back(&place->second);
  }
  return out;
}

}  // namespace flu::auth
