#pragma once

#include <cstddef>

namespace flu::config {

// A config of 10 000 streams has about 2 MiB; beyond this the file is something else.
inline constexpr std::size_t kMaxConfigSize = 16 << 20;

// The language needs two levels; the rest is room for forgotten braces, whose messages are better
// when the parser follows them a little.
inline constexpr int kMaxDepth = 16;

}  // namespace flu::config
