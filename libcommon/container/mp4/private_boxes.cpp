#include "libcommon/container/mp4/private_boxes.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/container/mp4/boxes.h"

namespace flu::container {
namespace {

constexpr std::uint32_t kDescInterlaced = 1U << 0;
constexpr std::uint32_t kDescHearingImpaired = 1U << 1;

// Writes the head of a uuid box; the size comes with the scope.
void write_uuid(const Uuid& uuid, std::uint32_t flags, ByteWriter& out) {
  out.bytes(uuid);
  out.u8(0);  // version
  out.u24(flags);
}

// The fields after version 0 and the flags, or nullopt for another box.
struct UuidBody {
  std::uint32_t flags = 0;
  ByteReader fields;
};

std::optional<UuidBody> open_uuid(Bytes payload, const Uuid& wanted) {
  ByteReader reader(payload);
  const auto uuid = reader.bytes(wanted.size());
  if (!uuid || !std::equal(uuid->begin(), uuid->end(), wanted.begin())) return std::nullopt;
  const auto header = read_full_box(reader);
  if (!header || header->version != 0) return std::nullopt;
  return UuidBody{header->flags, reader};
}

template <typename T>
Result<T> named(Result<T> result, std::string_view box) {
  if (!result) return tl::unexpected<Error>(std::move(result).error().with_context(box));
  return result;
}

Result<std::optional<StreamHead>> read_stream_head(ByteReader& reader) {
  StreamHead head;
  FLU_TRY_ASSIGN(const Bytes uuid, reader.bytes(head.stream.size()));
  std::copy(uuid.begin(), uuid.end(), head.stream.begin());
  FLU_TRY_ASSIGN(const std::uint8_t producer, reader.u8());
  if (producer < 1 || producer > 3) {
    return fail(ErrorCode::kMalformed, fmt::format("class {}, expected 1 to 3", producer));
  }
  head.producer = static_cast<ProducerClass>(producer);
  FLU_TRY_ASSIGN(const std::uint8_t clock, reader.u8());
  head.clock = clock <= 3 ? static_cast<ClockQuality>(clock) : ClockQuality::kUnknown;
  FLU_TRY(reader.skip(2));
  FLU_TRY_ASSIGN(head.start_us, reader.u64());
  return head;
}

Result<std::optional<FragmentInfo>> read_fragment_info(ByteReader& reader) {
  FragmentInfo info;
  FLU_TRY_ASSIGN(info.arrival_us, reader.u64());
  FLU_TRY_ASSIGN(info.source, reader.u32());
  FLU_TRY_ASSIGN(info.flags, reader.u32());
  FLU_TRY_ASSIGN(info.lost, reader.u32());
  FLU_TRY_ASSIGN(info.seq, reader.u32());
  FLU_TRY_ASSIGN(info.disc_seq, reader.u32());
  return info;
}

Result<bool> read_track_description(UuidBody body, media::Track& track) {
  ByteReader& reader = body.fields;
  FLU_TRY_ASSIGN(track.audio_type, reader.u8());
  FLU_TRY(reader.skip(1));
  FLU_TRY_ASSIGN(const std::uint16_t descriptors, reader.u16());
  FLU_TRY_ASSIGN(track.video.rate_num, reader.u32());
  FLU_TRY_ASSIGN(track.video.rate_den, reader.u32());
  FLU_TRY_ASSIGN(track.audio.sample_rate, reader.u32());
  FLU_TRY_ASSIGN(track.audio.channels, reader.u32());
  FLU_TRY_ASSIGN(track.audio.samples_per_frame, reader.u32());
  FLU_TRY(reader.skip(descriptors));
  track.video.is_interlaced = (body.flags & kDescInterlaced) != 0;
  track.is_hearing_impaired = (body.flags & kDescHearingImpaired) != 0;
  return true;
}

}  // namespace

void write_stream_head(const StreamHead& head, ByteWriter& out) {
  const BoxScope box(out, four_cc("uuid"));
  write_uuid(kHeadUuid, 0, out);
  out.bytes(head.stream);
  out.u8(static_cast<std::uint8_t>(head.producer));
  out.u8(static_cast<std::uint8_t>(head.clock));
  out.u16(0);
  out.u64(head.start_us);
}

Result<std::optional<StreamHead>> parse_stream_head(Bytes payload) {
  auto body = open_uuid(payload, kHeadUuid);
  if (!body) return std::nullopt;
  return named(read_stream_head(body->fields), "FLU-HEAD");
}

void write_fragment_info(const FragmentInfo& info, ByteWriter& out) {
  const BoxScope box(out, four_cc("uuid"));
  write_uuid(kFragUuid, 0, out);
  out.u64(info.arrival_us);
  out.u32(info.source);
  out.u32(info.flags);
  out.u32(info.lost);
  out.u32(info.seq);
  out.u32(info.disc_seq);
}

Result<std::optional<FragmentInfo>> parse_fragment_info(Bytes payload) {
  auto body = open_uuid(payload, kFragUuid);
  if (!body) return std::nullopt;
  return named(read_fragment_info(body->fields), "FLU-FRAG");
}

void write_track_description(const media::Track& track, ByteWriter& out) {
  const BoxScope box(out, four_cc("uuid"));
  write_uuid(kDescUuid,
             (track.video.is_interlaced ? kDescInterlaced : 0) |
                 (track.is_hearing_impaired ? kDescHearingImpaired : 0),
             out);
  out.u8(track.audio_type);
  out.u8(0);
  out.u16(0);  // bytes of PMT descriptors behind the fields
  out.u32(track.video.rate_num);
  out.u32(track.video.rate_den);
  out.u32(track.audio.sample_rate);
  out.u32(track.audio.channels);
  out.u32(track.audio.samples_per_frame);
}

Result<bool> parse_track_description(Bytes payload, media::Track& track) {
  const auto body = open_uuid(payload, kDescUuid);
  if (!body) return false;
  return named(read_track_description(*body, track), "FLU-DESC");
}

void write_descriptor_config(Bytes descriptor, ByteWriter& out) {
  const BoxScope box(out, four_cc("uuid"));
  write_uuid(kConfUuid, 0, out);
  out.bytes(descriptor);
}

std::optional<Bytes> parse_descriptor_config(Bytes payload) {
  auto body = open_uuid(payload, kConfUuid);
  if (!body) return std::nullopt;
  return body->fields.rest();
}

}  // namespace flu::container
