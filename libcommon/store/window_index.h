#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/segment/index_record.h"

namespace flu::store {

inline constexpr std::size_t kWindowHeaderSize = 128;

// The head of window.idx, little-endian: docs/format.md, "window.idx".
struct WindowHeader {
  std::uint16_t record_size = segment::kRecordSize;
  std::uint32_t capacity = 0;  // record slots in the file
  std::uint64_t generation = 0;
  std::array<std::uint8_t, 16> uuid{};
  std::uint32_t target_duration = 0;  // seconds
  std::uint32_t part_target = 0;      // 90 kHz ticks
  std::uint64_t head = 0;             // number of the next record; record n is in slot n % capacity
  std::uint64_t tail = 0;             // number of the oldest record whose file is still there
  std::uint32_t playlist_segments = 0;  // how many of the newest stand in a playlist
  bool has_ended = false;
  // Where the run of the oldest record began (begins_run), though its first segments are gone: what
  // was told of it (an MPD's Period) stays true. 0: with the stream.
  media::Timestamp run_start{0};

  bool operator==(const WindowHeader&) const = default;
};

std::array<std::uint8_t, kWindowHeaderSize> write_window_header(const WindowHeader& header);

// kMalformed on a wrong magic, version, checksum or an impossible field.
Result<WindowHeader> parse_window_header(Bytes bytes);

// Is there between the two more than a player plays over, because the source was away?
bool is_break(const segment::IndexRecord& before, const segment::IndexRecord& record);

// Has `record` other tracks than the one before it, or is there a break between them?
bool begins_run(const segment::IndexRecord& before, const segment::IndexRecord& record);

// Where the slot of record `number` lies in the file.
std::uint64_t record_offset(const WindowHeader& header, std::uint64_t number);

// How many of `records` (oldest first) a playlist should show: the newest `segments` (0: all), and
// where they are short as many as fill three target durations, in seconds (RFC 8216bis 6.2.2).
std::size_t count_shown(const std::vector<segment::IndexRecord>& records, std::size_t segments,
                        std::uint32_t target_duration);

struct WindowContent {
  WindowHeader header;
  std::vector<segment::IndexRecord> records;  // tail to head
};

// Adds the records of a run of whole slots, the first of which holds record `number`. kMalformed
// where one is torn, or newer than those behind it: the ring has gone round meanwhile.
Result<void> parse_records(Bytes slots, const WindowHeader& header, std::uint64_t number,
                           std::vector<segment::IndexRecord>& records);

// Of a whole window.idx; `name` is for messages.
Result<WindowContent> read_window(int fd, std::string_view name);
Result<WindowHeader> read_window_header(int fd, std::string_view name);
Result<std::vector<segment::IndexRecord>> read_window_records(int fd, const WindowHeader& header,
                                                              std::string_view name);

}  // namespace flu::store
