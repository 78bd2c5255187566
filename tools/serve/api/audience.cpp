#include "tools/serve/api/audience.h"

#include <chrono>
#include <functional>

#include <nlohmann/json.hpp>

#include "tools/serve/limits.h"

namespace flu::serve {

void Audience::Tally::forget_idle(MonotonicTime now) {
  const std::size_t before = seen.size();
  std::erase_if(seen, [&](const auto& client) { return now - client.second > kClientMemory; });
  if (seen.size() != before) is_changed = true;
}

class Audience::Watching final : public Account {
 public:
  Watching(std::shared_ptr<Tallies> tallies, std::string_view stream, std::uint64_t client,
           bool is_endless)
      : tallies_(std::move(tallies)), stream_(stream), client_(client), is_endless_(is_endless) {}
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  ~Watching() override {
    if (tally_ == nullptr || !is_endless_) return;
    --tally_->open;
    touch();
  }

  void answered(unsigned status) override {
    if (status >= 400 || tally_ != nullptr) return;
    // Never removed, and only made for names that were answered: there are no more of them than
    // streams.
    tally_ = &(*tallies_)[stream_];
    if (is_endless_) {
      ++tally_->open;
    } else if (tally_->seen.size() < kMaxCountedClients || tally_->seen.contains(client_)) {
      tally_->seen[client_] = monotonic_now();
    }
    touch();
  }

  void sent(std::size_t bytes) override {
    if (tally_ == nullptr) return;
    tally_->bytes += bytes;
    tally_->is_changed = true;
  }

 private:
  void touch() {
    tally_->last_access_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch())
            .count();
    tally_->is_changed = true;
  }

  std::shared_ptr<Tallies> tallies_;
  std::string stream_;
  std::uint64_t client_;
  bool is_endless_;
  Tally* tally_ = nullptr;
};

Audience::Audience() : tallies_(std::make_shared<Tallies>()) {}

std::shared_ptr<Account> Audience::open(std::string_view stream, const std::string& client,
                                        bool is_endless) {
  return std::make_shared<Watching>(tallies_, stream, std::hash<std::string>{}(client), is_endless);
}

nlohmann::json Audience::take_changes(MonotonicTime now) {
  nlohmann::json out = nlohmann::json::object();
  for (auto& [name, tally] : *tallies_) {
    tally.forget_idle(now);
    if (!tally.is_changed) continue;
    if (out.size() == kAudienceReport) break;
    out[name] = {tally.seen.size() + tally.open, tally.bytes, tally.last_access_ms};
    tally.is_changed = false;
  }
  return out;
}

std::size_t Audience::clients(std::string_view stream, MonotonicTime now) const {
  const auto found = tallies_->find(stream);
  if (found == tallies_->end()) return 0;
  found->second.forget_idle(now);
  return found->second.seen.size() + found->second.open;
}

}  // namespace flu::serve
