#pragma once

#include <cstddef>

namespace flu::wire {

// Policy of all limits: the answer is malformed, its connection is to be closed.

// Status line and headers together; servers send 0.3 to 2 KiB, some with large cookies.
inline constexpr std::size_t kMaxResponseHead = std::size_t{32} << 10;

// A line with the size of a chunk: 16 digits and extensions that nobody uses.
inline constexpr std::size_t kMaxChunkLine = 256;

// Headers behind the last chunk, passed over.
inline constexpr std::size_t kMaxTrailers = std::size_t{8} << 10;

// Interim answers (1xx) in front of the one that counts.
inline constexpr int kMaxInterim = 8;

}  // namespace flu::wire
