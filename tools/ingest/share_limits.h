#pragma once

#include <cstddef>

namespace flu::ingest {

// What waits for a reader of a shared multiplex, beside the kernel's buffer: two seconds of a
// program at 16 Mbit/s. Policy: packets that do not fit are dropped whole and counted.
inline constexpr std::size_t kMaxReaderQueue = std::size_t{4} << 20;

// Readers of one address; a server has a stream or two for each program. Policy: refused.
inline constexpr std::size_t kMaxReaders = 512;

}  // namespace flu::ingest
