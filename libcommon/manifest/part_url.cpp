#include "libcommon/manifest/part_url.h"

#include <chrono>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/manifest/segment_url.h"

namespace flu::manifest {
namespace {

constexpr std::string_view kMark = "-p";
constexpr std::uint64_t kMaxIndex = 9999;

// The path of a segment of no duration, without "-00000".
std::string start_of_path(std::int64_t start_ms) {
  std::string path = write_segment_path({start_ms, 0, true});
  path.resize(path.rfind('-'));
  return path;
}

}  // namespace

PartName part_name(media::Timestamp segment_start, std::size_t index) {
  return {std::chrono::floor<std::chrono::milliseconds>(segment_start).count(),
          static_cast<std::uint32_t>(index)};
}

std::string write_part_path(const PartName& name) {
  return fmt::format("{}{}{}", start_of_path(name.segment_ms), kMark, name.index);
}

std::optional<PartName> parse_part_path(std::string_view path) {
  const auto mark = path.rfind(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const auto index = parse_unsigned(path.substr(mark + kMark.size()));
  const auto time = parse_segment_path(fmt::format("{}-00000", path.substr(0, mark)));
  if (!index || *index > kMaxIndex || !time || !time->has_ms) return std::nullopt;
  const PartName name{time->start_ms, static_cast<std::uint32_t>(*index)};
  if (write_part_path(name) != path) return std::nullopt;  // "p03"
  return name;
}

}  // namespace flu::manifest
