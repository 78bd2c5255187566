#include "libcommon/store/stream_file.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/sha256.h"
#include "libcommon/base/text.h"

namespace flu::store {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;

Result<StreamFile> malformed(std::string_view what) {
  return fail(ErrorCode::kMalformed, fmt::format("stream.json: {}", what));
}

std::optional<segment::StreamUuid> parse_uuid(std::string_view text) {
  segment::StreamUuid uuid{};
  if (text.size() != uuid.size() * 2) return std::nullopt;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = kDigits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    uuid[i / 2] = static_cast<std::uint8_t>(uuid[i / 2] << 4 | digit);
  }
  return uuid;
}

json write_limits(const segment::ArchiveLimits& limits) {
  json out = json::object();
  if (limits.depth) out["depth_s"] = limits.depth->count();
  if (limits.max_bytes) out["max_bytes"] = *limits.max_bytes;
  if (limits.max_usage) out["max_usage"] = *limits.max_usage;
  return out;
}

// A limit that is none we know is no limit: nothing is deleted by mistake.
segment::ArchiveLimits parse_limits(const json& content) {
  const auto number = [&](const char* key, std::uint64_t most) -> std::optional<std::uint64_t> {
    const auto found = content.find(key);
    if (found == content.end() || !found->is_number_unsigned()) return std::nullopt;
    const auto value = found->get<std::uint64_t>();
    return value > 0 && value <= most ? std::optional(value) : std::nullopt;
  };
  segment::ArchiveLimits out;
  if (const auto depth = number("depth_s", segment::kMaxDepth.count())) {
    out.depth = std::chrono::seconds(*depth);
  }
  out.max_bytes = number("max_bytes", std::uint64_t{1} << 62);
  if (const auto usage = number("max_usage", 100)) out.max_usage = static_cast<unsigned>(*usage);
  return out;
}

}  // namespace

std::string write_stream_file(const StreamFile& file) {
  json out{{"version", kVersion}, {"name", file.name},   {"uuid", to_hex(file.uuid)},
           {"epoch", file.epoch}, {"owner", file.owner}, {"open_hours", file.open_hours}};
  if (file.limits != segment::ArchiveLimits()) out["limits"] = write_limits(file.limits);
  return out.dump() + "\n";
}

Result<StreamFile> parse_stream_file(std::string_view text) {
  const json content = json::parse(text, nullptr, false);
  if (!content.is_object()) return malformed("expected a JSON object");
  const auto text_of = [&](const char* key) {
    const auto found = content.find(key);
    return found != content.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (content.value("version", json()) != kVersion) {
    return malformed(fmt::format("expected version {}", kVersion));
  }
  StreamFile file;
  file.name = text_of("name");
  if (!is_stream_name(file.name)) return malformed("expected the name of a stream");
  const auto uuid = parse_uuid(text_of("uuid"));
  if (!uuid) return malformed("expected a uuid of 32 hexadecimal digits");
  file.uuid = *uuid;
  if (const auto epoch = content.find("epoch"); epoch != content.end()) {
    if (!epoch->is_number_unsigned()) return malformed("expected an epoch from 0 on");
    file.epoch = epoch->get<std::uint64_t>();
  }
  file.owner = text_of("owner");
  if (const auto hours = content.find("open_hours"); hours != content.end()) {
    if (!hours->is_array()) return malformed("expected open_hours to be a list");
    for (const json& hour : *hours) {
      if (!hour.is_number_unsigned() || hour.get<std::uint64_t>() > 0xffff'ffff) {
        return malformed("expected an hour since 1970 in open_hours");
      }
      file.open_hours.insert(hour.get<segment::Hour>());
    }
  }
  if (const auto limits = content.find("limits"); limits != content.end() && limits->is_object()) {
    file.limits = parse_limits(*limits);
  }
  return file;
}

}  // namespace flu::store
