#include "libcommon/codec/cue_sample.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kVttc = 0x7674'7463;
constexpr std::uint32_t kVtte = 0x7674'7465;
constexpr std::uint32_t kSttg = 0x7374'7467;
constexpr std::uint32_t kPayl = 0x7061'796C;
constexpr std::uint32_t kUuid = 0x7575'6964;
constexpr std::size_t kHeader = 8;

constexpr std::array<std::uint8_t, 16> kCueUuid{0xE1, 0x7E, 0xA6, 0x7B, 0x0E, 0xB4, 0x48, 0xAE,
                                                0xB8, 0x19, 0xEB, 0xAA, 0x0D, 0x01, 0x9A, 0x5C};

class BoxScope {
 public:
  BoxScope(ByteWriter& out, std::uint32_t type) : out_(&out), at_(out.size()) {
    out.u32(0);
    out.u32(type);
  }
  ~BoxScope() { out_->patch_u32(at_, static_cast<std::uint32_t>(out_->size() - at_)); }
  BoxScope(const BoxScope&) = delete;
  BoxScope& operator=(const BoxScope&) = delete;

 private:
  ByteWriter* out_;
  std::size_t at_;
};

void write_cue(media::Timestamp dts, const Cue& cue, ByteWriter& out) {
  const BoxScope vttc(out, kVttc);
  {
    const BoxScope own(out, kUuid);
    out.bytes(kCueUuid);
    out.u32(0);  // version, flags
    out.u64(static_cast<std::uint64_t>((cue.start - dts).count()));
    out.u64(static_cast<std::uint64_t>((cue.end - dts).count()));
  }
  if (!cue.settings.empty()) {
    const BoxScope sttg(out, kSttg);
    out.text(cue.settings);
  }
  const BoxScope payl(out, kPayl);
  out.text(cue.text);
}

struct Part {
  std::uint32_t type = 0;
  Bytes payload;
};

Result<Part> next_part(ByteReader& reader) {
  FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
  FLU_TRY_ASSIGN(const std::uint32_t type, reader.u32());
  if (size < kHeader || size - kHeader > reader.remaining()) {
    return fail(ErrorCode::kMalformed,
                fmt::format("text sample: a box of {} bytes, {} left", size, reader.remaining()));
  }
  FLU_TRY_ASSIGN(const Bytes payload, reader.bytes(size - kHeader));
  return Part{type, payload};
}

std::string text_of(Bytes bytes) {
  return {bytes.begin(), bytes.end()};
}

// Leaves the times as they are where they are not to be believed.
Result<void> read_times(Bytes payload, media::Timestamp dts, Cue& cue) {
  ByteReader reader(payload);
  const auto uuid = reader.bytes(kCueUuid.size());
  if (!uuid || !std::equal(uuid->begin(), uuid->end(), kCueUuid.begin())) return {};
  FLU_TRY_ASSIGN(const std::uint32_t version, reader.u32());
  if (version >> 24 != 0) return {};
  FLU_TRY_ASSIGN(const std::uint64_t from, reader.u64());
  FLU_TRY_ASSIGN(const std::uint64_t to, reader.u64());
  const media::Ticks start(static_cast<std::int64_t>(from));
  const media::Ticks end(static_cast<std::int64_t>(to));
  // A late one lies before its sample.
  const bool is_sane = start > -2 * kMaxCueDuration && end < 2 * kMaxCueDuration && start < end;
  if (!is_sane) return {};
  cue.start = dts + start;
  cue.end = dts + end;
  return {};
}

Result<Cue> read_cue(Bytes payload, media::Timestamp dts, media::Ticks duration) {
  Cue cue{dts, dts + duration, {}, {}};
  ByteReader reader(payload);
  while (reader.remaining() > 0) {
    FLU_TRY_ASSIGN(const Part part, next_part(reader));
    if (part.type == kUuid) FLU_TRY(read_times(part.payload, dts, cue));
    if (part.type == kSttg) cue.settings = text_of(part.payload);
    if (part.type == kPayl) cue.text = text_of(part.payload);
  }
  return cue;
}

}  // namespace

Buffer write_cue_sample(media::Timestamp dts, const std::vector<Cue>& cues) {
  Buffer bytes;
  ByteWriter out(bytes);
  if (cues.empty()) const BoxScope vtte(out, kVtte);
  for (const Cue& cue : cues) write_cue(dts, cue, out);
  return bytes;
}

Result<std::vector<Cue>> parse_cue_sample(media::Timestamp dts, media::Ticks duration,
                                          Bytes sample) {
  std::vector<Cue> cues;
  ByteReader reader(sample);
  while (reader.remaining() > 0) {
    FLU_TRY_ASSIGN(const Part part, next_part(reader));
    if (part.type != kVttc || cues.size() == kMaxCues) continue;
    FLU_TRY_ASSIGN(Cue cue, read_cue(part.payload, dts, duration));
    if (!cue.text.empty() && cue.end > cue.start) cues.push_back(std::move(cue));
  }
  return cues;
}

}  // namespace flu::codec
