#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::container {

using FourCc = std::uint32_t;

// four_cc("moof").
constexpr FourCc four_cc(const char (&text)[5]) {
  FourCc value = 0;
  for (unsigned i = 0; i < 4; ++i) {
    value = (value << 8) | static_cast<std::uint8_t>(text[i]);
  }
  return value;
}

// For messages: bytes that are not printable come as hexadecimal.
std::string to_string(FourCc type);

inline constexpr std::size_t kBoxHeaderBytes = 8;

// A box inside another (ISO 14496-12 4.2).
struct Box {
  FourCc type = 0;
  Bytes payload;
};

// The next box of a container's payload; nullopt at its end. Fewer than 8 bytes at the end are
// taken for padding (QuickTime closes lists with 4 zero bytes). Sizes 0 and 1 (to the end of the
// file, 64-bit) are refused.
Result<std::optional<Box>> next_box(ByteReader& reader);

// The first box of that type in a container's payload.
Result<std::optional<Box>> find_box(Bytes payload, FourCc type);

struct FullBoxHeader {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
};
Result<FullBoxHeader> read_full_box(ByteReader& reader);

// Writes a box header; the size is filled in when the scope ends.
class BoxScope {
 public:
  BoxScope(ByteWriter& writer, FourCc type);
  BoxScope(ByteWriter& writer, FourCc type, std::uint8_t version, std::uint32_t flags);
  ~BoxScope();
  BoxScope(const BoxScope&) = delete;
  BoxScope& operator=(const BoxScope&) = delete;

 private:
  ByteWriter* writer_;
  std::size_t start_;
};

}  // namespace flu::container
