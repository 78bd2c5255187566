#include "tools/auth/traffic.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

namespace flu::auth {
namespace {

// HLS goes out in bursts, a segment at a time.
constexpr double kRateTime = 10;  // s

std::uint64_t kilobits(double bits) {
  return static_cast<std::uint64_t>(std::llround(bits / 1000));
}

}  // namespace

void Traffic::add(std::uint64_t worker, const nlohmann::json& streams) {
  if (!streams.is_object()) return;
  for (const auto& [name, figures] : streams.items()) {
    const bool is_pair = figures.is_array() && figures.size() == 2 &&
                         figures[0].is_number_unsigned() && figures[1].is_number();
    if (!is_pair) continue;
    Entry& entry = streams_[name];
    entry.parts[worker] = figures[0].get<std::uint64_t>();
    entry.last_access_ms = std::max(entry.last_access_ms, figures[1].get<std::int64_t>());
  }
}

void Traffic::touch(const std::string& stream, std::int64_t utc_ms) {
  Entry& entry = streams_[stream];
  entry.last_access_ms = std::max(entry.last_access_ms, utc_ms);
}

void Traffic::drop(std::uint64_t worker) {
  for (auto& [name, entry] : streams_) {
    const auto part = entry.parts.find(worker);
    if (part == entry.parts.end()) continue;
    entry.past_bytes += part->second;
    entry.parts.erase(part);
  }
}

nlohmann::json Traffic::to_json(MonotonicTime now, const Clients& clients) {
  const double seconds = std::chrono::duration<double>(now - counted_).count();
  const bool is_first = counted_ == MonotonicTime{};
  counted_ = now;
  for (const auto& [name, count] : clients) streams_[name];
  nlohmann::json streams = nlohmann::json::object();
  std::uint64_t all = 0;
  double rate = 0;
  for (auto& [name, entry] : streams_) {
    std::uint64_t bytes = entry.past_bytes;
    for (const auto& [worker, part] : entry.parts) bytes += part;
    if (!is_first && seconds > 0 && bytes >= entry.counted_bytes) {
      const double latest = static_cast<double>(bytes - entry.counted_bytes) * 8 / seconds;
      entry.rate += (latest - entry.rate) * (1 - std::exp(-seconds / kRateTime));
    }
    entry.counted_bytes = bytes;
    const auto watching = clients.find(name);
    const std::size_t count = watching == clients.end() ? 0 : watching->second;
    streams[name] = {{"clients", count},
                     {"bytes", bytes},
                     {"output_kbit", kilobits(entry.rate)},
                     {"last_access_at", entry.last_access_ms}};
    all += count;
    rate += entry.rate;
  }
  return {{"version", 1},
          {"clients", all},
          {"output_kbit", kilobits(rate)},
          {"streams", std::move(streams)}};
}

}  // namespace flu::auth
