#include "libcommon/container/mp4/meta_boxes.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/moov.h"

namespace flu::container {
namespace {

constexpr std::uint32_t kPrftCaptured = 0x18;  // as ffmpeg writes it
constexpr std::uint32_t kUnknownDuration = 0xFFFF'FFFF;

Result<std::string> read_c_string(ByteReader& reader) {
  ByteReader ahead = reader;
  const Bytes rest = ahead.rest();
  const auto end = std::find(rest.begin(), rest.end(), 0);
  if (end == rest.end()) return fail(ErrorCode::kMalformed, "emsg: string without an end");
  const auto length = static_cast<std::size_t>(end - rest.begin());
  FLU_TRY_ASSIGN(const Bytes text, reader.bytes(length));
  FLU_TRY(reader.skip(1));
  return std::string(as_text(text));
}

struct EventTimes {
  std::uint32_t timescale = 1;
  std::uint64_t time = 0;
  std::uint32_t duration = 0;
};

Result<EventTimes> read_event_times(ByteReader& reader, std::uint8_t version, std::uint32_t& id) {
  EventTimes times;
  FLU_TRY_ASSIGN(times.timescale, reader.u32());
  if (version == 0) {
    FLU_TRY_ASSIGN(times.time, reader.u32());
  } else {
    FLU_TRY_ASSIGN(times.time, reader.u64());
  }
  FLU_TRY_ASSIGN(times.duration, reader.u32());
  FLU_TRY_ASSIGN(id, reader.u32());
  if (times.timescale == 0) return fail(ErrorCode::kMalformed, "emsg: timescale 0");
  if (times.time >= std::uint64_t{1} << 62) {
    return fail(ErrorCode::kMalformed, fmt::format("emsg: time {}", times.time));
  }
  return times;
}

}  // namespace

void write_prft(const ProducerTime& time, ByteWriter& out) {
  const BoxScope box(out, four_cc("prft"), 1, kPrftCaptured);
  out.u32(time.track_id);
  out.u64(time.ntp);
  out.u64(static_cast<std::uint64_t>(time.time.count()));
}

Result<ProducerTime> parse_prft(Bytes payload) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  ProducerTime time;
  FLU_TRY_ASSIGN(time.track_id, reader.u32());
  FLU_TRY_ASSIGN(time.ntp, reader.u64());
  if (header.version == 0) {
    FLU_TRY_ASSIGN(const std::uint32_t media_time, reader.u32());
    time.time = media::Timestamp(media_time);
    return time;
  }
  FLU_TRY_ASSIGN(const std::uint64_t media_time, reader.u64());
  if (media_time >= std::uint64_t{1} << 62) {
    return fail(ErrorCode::kMalformed, fmt::format("prft: media time {}", media_time));
  }
  time.time = media::Timestamp(static_cast<std::int64_t>(media_time));
  return time;
}

void write_emsg(const media::Event& event, ByteWriter& out) {
  const BoxScope box(out, four_cc("emsg"), 1, 0);
  const std::int64_t duration = event.duration.count();
  out.u32(90'000);
  out.u64(static_cast<std::uint64_t>(event.time.count()));
  out.u32(duration > 0 && duration < kUnknownDuration ? static_cast<std::uint32_t>(duration)
                                                      : kUnknownDuration);
  out.u32(event.id);
  out.text(event.scheme);
  out.u8(0);
  out.text(event.value);
  out.u8(0);
  out.bytes(event.data);
}

Result<std::optional<ParsedEvent>> parse_emsg(Bytes payload) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  if (header.version > 1) return std::nullopt;
  ParsedEvent parsed;
  media::Event& event = parsed.event;
  parsed.is_relative = header.version == 0;
  EventTimes times;
  if (parsed.is_relative) {
    FLU_TRY_ASSIGN(event.scheme, read_c_string(reader));
    FLU_TRY_ASSIGN(event.value, read_c_string(reader));
    FLU_TRY_ASSIGN(times, read_event_times(reader, 0, event.id));
  } else {
    FLU_TRY_ASSIGN(times, read_event_times(reader, 1, event.id));
    FLU_TRY_ASSIGN(event.scheme, read_c_string(reader));
    FLU_TRY_ASSIGN(event.value, read_c_string(reader));
  }
  event.time = media::Timestamp(to_90k(static_cast<std::int64_t>(times.time), times.timescale));
  if (event.time.count() >= std::int64_t{1} << 62) {  // what is read can be written
    return fail(ErrorCode::kMalformed,
                fmt::format("emsg: time {} at a timescale of {}", times.time, times.timescale));
  }
  if (times.duration != kUnknownDuration) {
    event.duration = media::Ticks(to_90k(times.duration, times.timescale));
  }
  const Bytes data = reader.rest();
  event.data.assign(data.begin(), data.end());
  return parsed;
}

}  // namespace flu::container
