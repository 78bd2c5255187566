#include "tools/serve/sessions/session_table.h"

#include <fmt/format.h>

#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

template <typename Viewing>
std::string place_of(const Viewing& viewer) {
  return std::string(viewer.stream).append(1, '\0').append(viewer.ip);
}

template <typename Viewing>
std::string key_of(const Viewing& viewer) {
  std::string key;
  key.reserve(viewer.stream.size() + viewer.ip.size() + viewer.type.size() + viewer.token.size() +
              3);
  key.append(viewer.stream).append(1, '\0').append(viewer.ip).append(1, '\0');
  return key.append(viewer.type).append(1, '\0').append(viewer.token);
}

// Segments name neither the protocol that they are fetched for nor, mostly, the token of their
// playlist: they belong to the viewer's newest session.
bool is_same(const Viewer& known, const Asking& asking) {
  const bool is_same_type = asking.type.empty() || asking.type == known.type;
  return is_same_type && (asking.token.empty() || asking.token == known.token);
}

// In the session and in the keys to it.
template <typename Viewing>
std::size_t text_of(const Viewing& viewer) {
  return 3 * (viewer.stream.size() + viewer.ip.size()) + 2 * viewer.token.size() +
         viewer.user_agent.size() + viewer.referer.size();
}

}  // namespace

std::string WorkerSession::session_id() const {
  return id.empty() ? "" : fmt::format("{}-{}", id, created_ms);
}

SessionTable::Found SessionTable::find_or_make(const Asking& viewer, MonotonicTime now) {
  if (!viewer.is_endless) {
    WorkerSession* known = nullptr;
    if (const auto exact = by_key_.find(key_of(viewer)); exact != by_key_.end()) {
      known = exact->second;
    } else if (viewer.type.empty() || viewer.token.empty()) {
      const auto newest = newest_.find(place_of(viewer));
      if (newest != newest_.end() && is_same(newest->second->viewer, viewer)) {
        known = newest->second;
      }
    }
    if (known != nullptr) {
      touch(*known, now);
      return *known->place;
    }
  }
  const std::size_t text = text_of(viewer);
  if (sessions_.size() >= kMaxWorkerSessions || text > kMaxWorkerSessionText - text_) {
    return nullptr;
  }
  text_ += text;
  auto session = std::make_shared<WorkerSession>();
  session->number = ++last_number_;
  session->viewer = {
      std::string(viewer.stream),     std::string(viewer.ip),      viewer.type,      viewer.token,
      std::string(viewer.user_agent), std::string(viewer.referer), viewer.is_endless};
  session->type = viewer.type;
  session->used_at = now;
  session->place = order_.insert(order_.end(), session);
  sessions_.emplace(session->number, session);
  if (!viewer.is_endless) {
    by_key_[key_of(viewer)] = session.get();
    newest_[place_of(viewer)] = session.get();
  }
  return session;
}

SessionTable::Found SessionTable::find(std::uint64_t number) const {
  const auto found = sessions_.find(number);
  return found == sessions_.end() ? nullptr : found->second;
}

void SessionTable::touch(WorkerSession& session, MonotonicTime now) {
  session.used_at = now;
  if (!session.is_gone) order_.splice(order_.end(), order_, session.place);
}

void SessionTable::remove(WorkerSession& session) {
  if (session.is_gone) return;
  const Found kept = *session.place;
  session.is_gone = true;
  text_ -= text_of(session.viewer);
  order_.erase(session.place);
  sessions_.erase(session.number);
  const auto forget = [&](auto& index, const std::string& key) {
    const auto found = index.find(key);
    if (found != index.end() && found->second == &session) index.erase(found);
  };
  forget(by_key_, key_of(session.viewer));
  forget(newest_, place_of(session.viewer));
}

std::vector<SessionTable::Found> SessionTable::take_idle(MonotonicTime now) {
  std::vector<Found> out;
  while (!order_.empty() && now - order_.front()->used_at > kClientMemory) {
    const Found session = order_.front();
    if (session->answers > 0) {
      touch(*session, now);  // a long answer is a use
      continue;
    }
    remove(*session);
    out.push_back(session);
  }
  return out;
}

}  // namespace flu::serve
