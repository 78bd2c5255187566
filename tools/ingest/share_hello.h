#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::ingest {

// What a reader of a shared multiplex says first: "flu-mux 1 program=2001\n"; program=0 is all of
// it. Nothing else is ever sent that way; MPEG-TS packets come back.
struct ShareHello {
  std::uint16_t program = 0;
};

inline constexpr std::size_t kMaxShareHello = 64;

std::string write_share_hello(const ShareHello& hello);

// nullopt: the line has not ended yet.
Result<std::optional<ShareHello>> parse_share_hello(Bytes bytes);

}  // namespace flu::ingest
