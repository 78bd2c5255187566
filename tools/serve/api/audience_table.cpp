#include "tools/serve/api/audience_table.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

namespace flu::serve {
namespace {

// HLS goes out in bursts, a segment at a time.
constexpr double kRateTime = 10;  // s

std::uint64_t kilobits(double bits) {
  return static_cast<std::uint64_t>(std::llround(bits / 1000));
}

}  // namespace

void AudienceTable::add(std::size_t worker, const nlohmann::json& changes) {
  for (const auto& [name, figures] : changes.items()) {
    if (!figures.is_array() || figures.size() != 3) continue;
    Entry& entry = streams_[name];
    entry.parts[worker] = {figures[0].get<std::uint64_t>(), figures[1].get<std::uint64_t>()};
    entry.last_access_ms = std::max(entry.last_access_ms, figures[2].get<std::int64_t>());
  }
}

void AudienceTable::drop(std::size_t worker) {
  for (auto& [name, entry] : streams_) {
    const auto part = entry.parts.find(worker);
    if (part == entry.parts.end()) continue;
    entry.past_bytes += part->second.bytes;
    entry.parts.erase(part);
  }
}

nlohmann::json AudienceTable::to_json(MonotonicTime now) {
  const double seconds = std::chrono::duration<double>(now - counted_).count();
  const bool is_first = counted_ == MonotonicTime{};
  counted_ = now;
  nlohmann::json streams = nlohmann::json::object();
  std::uint64_t all = 0;
  double rate = 0;
  for (auto& [name, entry] : streams_) {
    std::uint64_t clients = 0;
    std::uint64_t bytes = entry.past_bytes;
    for (const auto& [worker, part] : entry.parts) {
      clients += part.clients;
      bytes += part.bytes;
    }
    if (!is_first && seconds > 0) {
      const double latest = static_cast<double>(bytes - entry.counted_bytes) * 8 / seconds;
      entry.rate += (latest - entry.rate) * (1 - std::exp(-seconds / kRateTime));
    }
    entry.counted_bytes = bytes;
    streams[name] = {{"clients", clients},
                     {"bytes", bytes},
                     {"output_kbit", kilobits(entry.rate)},
                     {"last_access_at", entry.last_access_ms}};
    all += clients;
    rate += entry.rate;
  }
  return {{"version", 1},
          {"clients", all},
          {"output_kbit", kilobits(rate)},
          {"streams", std::move(streams)}};
}

}  // namespace flu::serve
