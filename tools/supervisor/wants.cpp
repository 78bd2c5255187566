#include "tools/supervisor/wants.h"

namespace flu::supervisor {

void Wants::hold(std::string_view stream, Holder holder, MonotonicTime now) {
  Want& want = wants_[std::string(stream)];
  want.holders.insert(holder);
  want.last_used = now;
}

void Wants::release(std::string_view stream, Holder holder, MonotonicTime now) {
  const auto found = wants_.find(stream);
  if (found == wants_.end()) return;
  const auto mine = found->second.holders.find(holder);
  if (mine == found->second.holders.end()) return;
  found->second.holders.erase(mine);
  found->second.last_used = now;
}

void Wants::touch(std::string_view stream, MonotonicTime now) {
  wants_[std::string(stream)].last_used = now;
}

void Wants::close(Holder holder, MonotonicTime now) {
  for (auto& [name, want] : wants_) {
    if (want.holders.erase(holder) > 0) want.last_used = now;
  }
}

void Wants::forget(std::string_view stream) {
  const auto found = wants_.find(stream);
  if (found != wants_.end()) wants_.erase(found);
}

std::size_t Wants::holders(std::string_view stream) const {
  const auto found = wants_.find(stream);
  return found == wants_.end() ? 0 : found->second.holders.size();
}

bool Wants::is_wanted(std::string_view stream, std::chrono::milliseconds idle,
                      MonotonicTime now) const {
  const auto found = wants_.find(stream);
  if (found == wants_.end()) return false;
  return !found->second.holders.empty() || now - found->second.last_used < idle;
}

}  // namespace flu::supervisor
