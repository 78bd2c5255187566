#include "tools/dvr/record/conf.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/text.h"

namespace flu::dvr {
namespace {

using nlohmann::json;

std::optional<std::uint64_t> number(const json& entry, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

bool flag(const json& entry, const char* key, bool otherwise) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::vector<DailyInterval> parse_schedule(const json& entry) {
  constexpr std::uint64_t kDay = std::uint64_t{24} * 60;
  std::vector<DailyInterval> out;
  const auto found = entry.find("schedule");
  if (found == entry.end() || !found->is_array()) return out;
  for (const json& interval : *found) {
    const bool is_pair = interval.is_array() && interval.size() == 2 &&
                         interval[0].is_number_unsigned() && interval[1].is_number_unsigned();
    if (!is_pair || interval[0].get<std::uint64_t>() > kDay ||
        interval[1].get<std::uint64_t>() > kDay) {
      continue;
    }
    out.push_back({interval[0].get<unsigned>(), interval[1].get<unsigned>()});
  }
  return out;
}

}  // namespace

Result<std::vector<RecordedStream>> parse_conf(std::string_view text) {
  const json content = json::parse(text, nullptr, false);
  const bool has_streams =
      content.is_object() && content.contains("streams") && content["streams"].is_array();
  if (!has_streams) return fail(ErrorCode::kMalformed, "expected a JSON object with \"streams\"");
  std::vector<RecordedStream> out;
  for (const json& entry : content["streams"]) {
    const auto name = entry.is_object() ? entry.value("name", json()) : json();
    if (!name.is_string() || !is_stream_name(name.get<std::string>())) continue;
    RecordedStream stream;
    stream.name = name.get<std::string>();
    stream.is_recording = flag(entry, "record", true);
    stream.schedule = parse_schedule(entry);
    constexpr auto kLongest = static_cast<std::uint64_t>(segment::kMaxDepth.count());
    if (const auto depth = number(entry, "depth_s"); depth && *depth <= kLongest) {
      stream.limits.depth = std::chrono::seconds(*depth);
    }
    stream.limits.max_bytes = number(entry, "max_bytes");
    if (const auto usage = number(entry, "max_usage"); usage && *usage <= 100) {
      stream.limits.max_usage = static_cast<unsigned>(*usage);
    }
    stream.has_index = flag(entry, "index", true);
    out.push_back(std::move(stream));
  }
  return out;
}

}  // namespace flu::dvr
