#include "tools/thumb/jpeg.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/text.h"

namespace flu::thumb {
namespace {

constexpr std::uint8_t kStart = 0xD8;
constexpr std::uint8_t kEnd = 0xD9;
constexpr std::uint8_t kScan = 0xDA;

tl::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorCode::kMalformed, fmt::format("no JPEG: {}", why));
}

std::string describe_start(Bytes bytes) {
  constexpr std::size_t kShown = 24;
  std::string text(bytes.begin(),
                   bytes.begin() + static_cast<std::ptrdiff_t>(std::min(bytes.size(), kShown)));
  return fmt::format("it begins with '{}'", printable(text));
}

// SOF0 to SOF15 but DHT, JPG and DAC, which have numbers among them.
bool is_frame_header(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

// B.1.1.3: markers without a length.
bool stands_alone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7);
}

std::optional<std::size_t> find_end(Bytes bytes, std::size_t from) {
  constexpr std::array<std::uint8_t, 2> kMarker{0xFF, kEnd};
  const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(from);
  const auto end = std::find_end(begin, bytes.end(), kMarker.begin(), kMarker.end());
  if (end == bytes.end()) return std::nullopt;
  return static_cast<std::size_t>(end - bytes.begin()) + kMarker.size();
}

Result<std::uint8_t> next_marker(ByteReader& reader) {
  FLU_TRY_ASSIGN(std::uint8_t byte, reader.u8());
  if (byte != 0xFF) return refuse("something stands between its parts");
  while (byte == 0xFF) {  // B.1.1.2: fill bytes
    FLU_TRY_ASSIGN(byte, reader.u8());
  }
  return byte;
}

Result<void> read_size(ByteReader& segment, JpegInfo& info) {
  FLU_TRY(segment.skip(1));  // bits of a sample
  FLU_TRY_ASSIGN(info.height, segment.u16());
  FLU_TRY_ASSIGN(info.width, segment.u16());
  return {};
}

Result<JpegInfo> check_parts(Bytes bytes) {
  constexpr std::size_t kLength = 2;
  ByteReader reader(bytes.subspan(2));
  JpegInfo info;
  while (true) {
    FLU_TRY_ASSIGN(const std::uint8_t marker, next_marker(reader));
    if (stands_alone(marker)) continue;
    if (marker == kEnd || marker == kStart) return refuse("there is no picture in it");
    FLU_TRY_ASSIGN(const std::uint16_t length, reader.u16());
    if (length < kLength) return refuse("a part of it has no length");
    FLU_TRY_ASSIGN(ByteReader segment, reader.sub_reader(length - kLength));
    if (is_frame_header(marker)) FLU_TRY(read_size(segment, info));
    if (marker == kScan) break;
  }
  if (info.width == 0 || info.height == 0) return refuse("it has no size");
  const auto end = find_end(bytes, bytes.size() - reader.remaining());
  if (!end) return refuse("it is cut off");
  info.size = *end;
  return info;
}

}  // namespace

Result<JpegInfo> check_jpeg(Bytes bytes) {
  if (bytes.empty()) return refuse("nothing came");
  if (bytes.size() < 3 || bytes[0] != 0xFF || bytes[1] != kStart || bytes[2] != 0xFF) {
    return refuse(describe_start(bytes));
  }
  auto info = check_parts(bytes);
  if (info || info.error().message.starts_with("no JPEG")) return info;
  return refuse("it is cut off");
}

}  // namespace flu::thumb
