#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/clock.h"

namespace flu::auth {

// What all workers have sent of each stream, as one: RUN_DIR/state/clients.json.
class Traffic {
 public:
  using Clients = std::map<std::string, std::size_t, std::less<>>;  // sessions by stream

  // {"NAME": [bytes, last access in UTC ms]}, since that worker began.
  void add(std::uint64_t worker, const nlohmann::json& streams);
  // Somebody asked for it, which its worker has not told yet.
  void touch(const std::string& stream, std::int64_t utc_ms);
  // It ended; what it sent stays counted.
  void drop(std::uint64_t worker);

  // Bitrates are smoothed over kRateTime since the last call.
  nlohmann::json to_json(MonotonicTime now, const Clients& clients);

 private:
  struct Entry {
    std::map<std::uint64_t, std::uint64_t> parts;  // bytes by worker
    std::uint64_t past_bytes = 0;                  // of workers that ended
    std::int64_t last_access_ms = 0;
    std::uint64_t counted_bytes = 0;
    double rate = 0;  // bit/s
  };
  std::map<std::string, Entry, std::less<>> streams_;
  MonotonicTime counted_{};
};

}  // namespace flu::auth
