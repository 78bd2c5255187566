#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "libcommon/base/clock.h"

namespace flu::serve {

// What all workers count, as one: RUN_DIR/state/clients.json.
class AudienceTable {
 public:
  // What Audience::take_changes() of that worker gave.
  void add(std::size_t worker, const nlohmann::json& changes);
  // It ended, and its clients are gone.
  void drop(std::size_t worker);

  // Bitrates are smoothed over kRateTime since the last call.
  nlohmann::json to_json(MonotonicTime now);

 private:
  struct Part {
    std::uint64_t clients = 0;
    std::uint64_t bytes = 0;
  };
  struct Entry {
    std::map<std::size_t, Part> parts;  // by worker
    std::uint64_t past_bytes = 0;       // of workers that ended
    std::int64_t last_access_ms = 0;
    std::uint64_t counted_bytes = 0;
    double rate = 0;  // bit/s
  };
  std::map<std::string, Entry> streams_;
  MonotonicTime counted_{};
};

}  // namespace flu::serve
