#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/clock.h"
#include "tools/serve/http/connection.h"

namespace flu::serve {

// Who watches which stream in one worker. A client that keeps its connection open counts while it
// does; one that fetches playlists and segments, for kClientMemory after its last request: an
// address and user agent are one client.
class Audience {
 public:
  Audience();

  // For one request for `stream`. It counts when it is answered with success.
  std::shared_ptr<Account> open(std::string_view stream, const std::string& client,
                                bool is_endless);

  // Each call yields some of what changed, {"NAME": [clients, bytes, last access in UTC ms]}, and
  // an empty object at the end of the round.
  nlohmann::json take_changes(MonotonicTime now);
  [[nodiscard]] std::size_t clients(std::string_view stream, MonotonicTime now) const;

 private:
  class Watching;
  struct Tally {
    std::unordered_map<std::uint64_t, MonotonicTime> seen;  // by client
    std::size_t open = 0;
    std::uint64_t bytes = 0;
    std::int64_t last_access_ms = 0;
    bool is_changed = false;

    void forget_idle(MonotonicTime now);
  };
  using Tallies = std::map<std::string, Tally, std::less<>>;
  std::shared_ptr<Tallies> tallies_;  // shared with accounts of connections that outlive us
};

}  // namespace flu::serve
