// Tested by tests/e2e/supervisor/reload.sh
//
// What clients of the supervisor ask of its fleet, and their answers.
#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "tools/supervisor/fleet.h"

namespace flu::supervisor {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxQuestions = 10'000;

}  // namespace

void Fleet::want(std::string_view stream, Wants::Holder holder, const json& tag) {
  const auto refuse = [&](const std::string& why) {
    json reply{{"ok", false}, {"name", stream}, {"error", why}};
    if (!tag.is_null()) reply["tag"] = tag;
    answer_(holder, reply);
  };
  const auto units = units_of(stream);
  if (find_stream(stream) == nullptr) return refuse(fmt::format("no stream '{}'", stream));
  if (units.empty()) {
    return refuse(
        fmt::format("stream '{}' does not run: it is disabled, or has no source of a "
                    "kind that is supported",
                    stream));
  }
  if (questions_.size() >= kMaxQuestions) return refuse("too many streams are awaited");
  wants_.hold(stream, holder, monotonic_now());
  questions_.push_back({std::string(stream), holder, tag});
  if (units.front()->is_ready()) answer_questions(stream, "");
  reconcile(stream);
}

void Fleet::answer_questions(std::string_view stream, const std::string& error) {
  std::vector<Question> rest;
  for (Question& question : std::exchange(questions_, {})) {
    if (question.stream != stream) {
      rest.push_back(std::move(question));
      continue;
    }
    json reply{{"ok", error.empty()}, {"name", question.stream}};
    if (!error.empty()) reply["error"] = error;
    if (!question.tag.is_null()) reply["tag"] = question.tag;
    answer_(question.holder, reply);
  }
  // An answer may have closed a connection, which removed its other questions.
  for (Question& question : questions_) rest.push_back(std::move(question));
  questions_ = std::move(rest);
}

void Fleet::touch(std::string_view stream) {
  if (find_stream(stream) == nullptr) return;
  wants_.touch(stream, monotonic_now());
  reconcile(stream);
}

void Fleet::unwant(std::string_view stream, Wants::Holder holder) {
  wants_.release(stream, holder, monotonic_now());
}

void Fleet::upgrade(Wants::Holder holder) {
  const auto found = units_.find("serve");
  if (found == units_.end()) {
    return answer_(holder, {{"ok", false}, {"error", "no flu-serve: the config has no http line"}});
  }
  if (!found->second->upgrade()) {
    return answer_(holder, {{"ok", false}, {"error", "flu-serve does not run"}});
  }
  upgraders_.push_back(holder);
}

void Fleet::answer_upgraders(const UnitRunner& unit) {
  if (upgraders_.empty() || unit.plan().role != config::UnitRole::kServe || unit.is_upgrading()) {
    return;
  }
  json reply{{"ok", unit.upgrade_trouble().empty()}};
  if (!unit.upgrade_trouble().empty()) reply["error"] = "flu-serve: " + unit.upgrade_trouble();
  boost::asio::post(surroundings_.loop, [this, reply, holders = std::exchange(upgraders_, {})] {
    for (const Wants::Holder holder : holders) answer_(holder, reply);
  });
}

void Fleet::close(Wants::Holder holder) {
  std::erase(upgraders_, holder);
  wants_.close(holder, monotonic_now());
  const auto is_its = [&](const Question& question) { return question.holder == holder; };
  questions_.erase(std::remove_if(questions_.begin(), questions_.end(), is_its), questions_.end());
}

void Fleet::resync_stream(std::string_view name) {
  const auto planned = planned_.find(name);
  if (planned == planned_.end()) return;
  for (const std::string& unit : planned->second) {
    const auto found = units_.find(unit);
    if (found == units_.end()) continue;
    if (found->second->plan().role == config::UnitRole::kHub) {
      found->second->tell({{"type", "resync"}});
    } else {
      found->second->restart();
    }
  }
}

void Fleet::set_recording(std::string_view name, bool is_recording) {
  recordings_.insert_or_assign(std::string(name), is_recording);
  ++version_;
}

bool Fleet::is_recorded(const config::StreamConfig& stream) const {
  if (stream.dvr.root.empty()) return false;
  const auto asked = recordings_.find(stream.name);
  return asked == recordings_.end() ? !stream.dvr.is_offline : asked->second;
}

// What was asked for holds as long as what the config says stays the same.
void Fleet::forget_recordings(const config::ServerConfig& next) {
  std::erase_if(recordings_, [&](const auto& asked) {
    const config::StreamConfig* const before = find_stream(asked.first);
    const auto after = std::find_if(next.streams.begin(), next.streams.end(),
                                    [&](const auto& stream) { return stream.name == asked.first; });
    return before == nullptr || after == next.streams.end() || before->dvr != after->dvr;
  });
}

void Fleet::restart_stream(std::string_view name) {
  if (const auto asked = recordings_.find(name); asked != recordings_.end()) {
    recordings_.erase(asked);
  }
  const auto planned = planned_.find(name);
  if (planned == planned_.end()) return;
  for (const std::string& unit : planned->second) {
    const auto found = units_.find(unit);
    if (found != units_.end()) found->second->restart();
  }
}

bool Fleet::tell_unit(const std::string& name, const nlohmann::json& message) {
  const UnitRunner* const found = unit(name);
  return found != nullptr && found->tell(message);
}

bool Fleet::tell_ingest(std::string_view stream, const nlohmann::json& message) {
  for (const UnitRunner* unit : units_of(stream)) {
    if (unit->plan().role == config::UnitRole::kIngest) return unit->tell(message);
  }
  return false;
}

}  // namespace flu::supervisor
