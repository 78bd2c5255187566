// Tested by tests/e2e/serve/sessions-curl.sh
#include "tools/serve/sessions/session_lists.h"

#include <utility>

#include "tools/serve/limits.h"
#include "tools/serve/sessions/auth_messages.h"

namespace flu::serve {

using nlohmann::json;

void SessionLists::ask(const std::string& stream, Done done) {
  if (!link_->is_open() || lists_.size() >= kMaxApiRequests) {
    return done(fail(ErrorCode::kUnavailable, "flu-auth, which keeps the sessions, does not run"));
  }
  const auto [place, is_new] =
      lists_.emplace(++last_tag_, List{stream, json::array(), std::move(done), monotonic_now()});
  ask_page(place->first, place->second, 0);
}

void SessionLists::ask_page(std::uint64_t tag, const List& list, std::uint64_t after) {
  json question{{"type", "list"}, {"tag", tag}, {"after", after}};
  if (!list.stream.empty()) question["name"] = list.stream;
  link_->send(question);
}

void SessionLists::on_page(const json& message) {
  const auto found = lists_.find(value_of(message, "tag", std::uint64_t{0}));
  const auto page = message.find("sessions");
  if (found == lists_.end() || page == message.end() || !page->is_array()) return;
  for (json session : *page) {
    if (session.is_object()) session.erase("number");
    found->second.sessions.push_back(std::move(session));
  }
  found->second.heard = monotonic_now();
  if (const auto next = value_of(message, "next", std::uint64_t{0}); next > 0) {
    return ask_page(found->first, found->second, next);
  }
  const auto list = lists_.extract(found);
  list.mapped().done(json{{"sessions", std::move(list.mapped().sessions)}});
}

void SessionLists::give_up(MonotonicTime now) {
  for (auto place = lists_.begin(); place != lists_.end();) {
    const auto list = place++;
    if (now - list->second.heard < kApiPatience) continue;
    const auto late = lists_.extract(list);
    late.mapped().done(fail(ErrorCode::kUnavailable, "flu-auth does not answer"));
  }
}

void SessionLists::on_lost() {
  for (const auto& [tag, list] : std::exchange(lists_, {})) {
    list.done(fail(ErrorCode::kUnavailable, "flu-auth, which keeps the sessions, has ended"));
  }
}

}  // namespace flu::serve
