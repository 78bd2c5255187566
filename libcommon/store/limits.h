#pragma once

#include <cstddef>
#include <cstdint>

namespace flu::store {

// A window of 5 four-second segments has some 50 records' room; one of a day of 1 s segments kept
// in memory would need 86 400. More is a torn or hostile file: it is refused.
inline constexpr std::uint32_t kMaxWindowRecords = 100'000;

// A record of a later version may be longer; one of more than this is not a record of ours.
inline constexpr std::uint16_t kMaxRecordSize = 1024;

// docs/format.md, "safe parsing bounds": a moov is at most 1 MiB; ftyp adds some bytes.
inline constexpr std::size_t kMaxInitBytes = (std::size_t{1} << 20) + 4096;

// An hour of segments of 0.1 s is 36 000 records, 2.8 MiB; with as many events less than this.
inline constexpr std::size_t kMaxHourIndexBytes = std::size_t{16} << 20;

// Indexes that a reader of an archive keeps: of a day, 72 KiB each.
inline constexpr std::size_t kCachedHours = 24;

inline constexpr std::size_t kMaxStreamFile = std::size_t{64} << 10;

// 64 K locks of a stream; 64 bytes each.
inline constexpr std::size_t kMaxLocksFile = std::size_t{4} << 20;
// A log of fewer records is not worth being written anew without the dead ones.
inline constexpr std::size_t kManyLockRecords = 64;

// A blob of an hour above this is followed by another, so that cleaning need not take whole hours.
inline constexpr std::uint64_t kMaxBlobBytes = std::uint64_t{1} << 30;

// That an export holds open: some days of an HD stream.
inline constexpr std::size_t kMaxExportBlobs = 256;

}  // namespace flu::store
