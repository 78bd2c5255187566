#include "libcommon/container/mpegts/es_writer.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/codec/annexb.h"
#include "libcommon/container/mpegts/ts_types.h"

namespace flu::container::mpegts {
namespace {

using media::CodecId;

constexpr std::size_t kPesLengthAt = 4;
constexpr std::size_t kPesStart = 6;
constexpr std::size_t kMaxPesLength = 0xFFFF;

StreamType stream_type_of(const media::Track& track) {
  switch (track.codec) {
    case CodecId::kH264: return StreamType::kH264;
    case CodecId::kHevc: return StreamType::kHevc;
    case CodecId::kMpeg2Video: return StreamType::kMpeg2Video;
    case CodecId::kAac: return StreamType::kAdts;
    case CodecId::kMp3:
    case CodecId::kMp2:
      // The lower sampling rates are those of ISO 13818-3.
      return track.audio.sample_rate < 32'000 ? StreamType::kMpeg2Audio : StreamType::kMpeg1Audio;
    case CodecId::kAc3: return StreamType::kAc3;
    case CodecId::kEac3: return StreamType::kEac3;
    case CodecId::kOpus:
    case CodecId::kDvbSubtitle:
    case CodecId::kTeletext:
    case CodecId::kWebVtt: break;
  }
  return StreamType::kPrivatePes;
}

void descriptor(DescriptorTag tag, Bytes body, Buffer& out) {
  // Bodies come from a PMT or are made here: what does not fit in the length byte is cut.
  body = body.first(std::min<std::size_t>(body.size(), 255));
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(tag));
  writer.u8(static_cast<std::uint8_t>(body.size()));
  writer.bytes(body);
}

void registration(std::string_view id, Buffer& out) {
  descriptor(DescriptorTag::kRegistration, as_bytes(id), out);
}

void language(const media::Track& track, Buffer& out) {
  if (track.language.size() != 3) return;
  if (track.language == "und" && track.audio_type == 0) return;
  Buffer body;
  ByteWriter writer(body);
  writer.text(track.language);
  writer.u8(track.audio_type);
  descriptor(DescriptorTag::kLanguage, body, out);
}

// The body that the PMT of the source had; else one entry made of what is known.
Buffer subtitle_body(const media::Track& track) {
  if (!track.config.empty()) return track.config;
  Buffer body;
  ByteWriter writer(body);
  writer.text(track.language.size() == 3 ? track.language : "und");
  if (track.codec == CodecId::kTeletext) {
    writer.u8(static_cast<std::uint8_t>((track.is_hearing_impaired ? 5 : 2) << 3));  // magazine 8
    writer.u8(0x88);                                                                 // page 88
  } else {
    writer.u8(track.is_hearing_impaired ? 0x20 : 0x10);
    writer.u32(0x0001'0001);  // composition and ancillary page
  }
  return body;
}

// channel_config_code (Opus in MPEG-TS, 4.2): up to 8 channels in Vorbis order are their number.
std::uint8_t opus_channels(const media::Track& track) {
  return static_cast<std::uint8_t>(std::clamp<std::uint32_t>(track.audio.channels, 1, 8));
}

void write_timestamp(ByteWriter& out, unsigned prefix, media::Timestamp time) {
  const std::uint64_t value = static_cast<std::uint64_t>(time.count()) & kTimestampMask;
  out.u8(static_cast<std::uint8_t>(prefix << 4 | (value >> 30) << 1 | 1));
  out.u16(static_cast<std::uint16_t>((value >> 15 & 0x7FFF) << 1 | 1));
  out.u16(static_cast<std::uint16_t>((value & 0x7FFF) << 1 | 1));
}

// Opus in MPEG-TS, 4.3: an access unit begins with 11 bits of 0x3FF and its size.
void append_opus_header(std::size_t bytes, Buffer& out) {
  ByteWriter writer(out);
  writer.u16(0x7FE0);
  for (; bytes >= 255; bytes -= 255) writer.u8(255);
  writer.u8(static_cast<std::uint8_t>(bytes));
}

}  // namespace

Buffer registration_descriptor(std::string_view id) {
  Buffer out;
  registration(id, out);
  return out;
}

PmtStream stream_of_track(const media::Track& track, std::uint16_t pid) {
  PmtStream stream{static_cast<std::uint8_t>(stream_type_of(track)), pid, {}};
  Buffer& list = stream.descriptors;
  switch (track.codec) {
    case CodecId::kAc3: registration("AC-3", list); break;
    case CodecId::kEac3: registration("EAC3", list); break;
    case CodecId::kOpus: {
      registration("Opus", list);
      const Buffer body = {kOpusExtension, opus_channels(track)};
      descriptor(DescriptorTag::kExtension, body, list);
      break;
    }
    case CodecId::kDvbSubtitle:
      descriptor(DescriptorTag::kSubtitling, subtitle_body(track), list);
      break;
    case CodecId::kTeletext:
      descriptor(DescriptorTag::kTeletext, subtitle_body(track), list);
      break;
    default: break;
  }
  if (track.kind == media::TrackKind::kAudio) language(track, list);
  return stream;
}

std::uint8_t stream_id_of(const media::Track& track) {
  switch (track.codec) {
    case CodecId::kH264:
    case CodecId::kHevc:
    case CodecId::kMpeg2Video: return 0xE0;
    case CodecId::kAac:
    case CodecId::kMp3:
    case CodecId::kMp2: return 0xC0;
    case CodecId::kAc3:
    case CodecId::kEac3:
    case CodecId::kOpus:
    case CodecId::kDvbSubtitle:
    case CodecId::kTeletext:
    case CodecId::kWebVtt: break;
  }
  return 0xBD;  // private_stream_1
}

void append_pes_header(const media::Track& track, media::Timestamp dts, media::Ticks cts,
                       Buffer& out) {
  const bool has_dts = cts.count() != 0;
  const std::size_t times = has_dts ? 10 : 5;
  // ETSI EN 300 472 4.2: 36 bytes, so that what follows is in units of 46.
  const std::size_t length = track.codec == CodecId::kTeletext ? 0x24 : times;
  ByteWriter writer(out);
  writer.u24(0x000001);
  writer.u8(stream_id_of(track));
  writer.u16(0);
  writer.u8(0x84);  // the payload begins with an access unit
  writer.u8(has_dts ? 0xC0 : 0x80);
  writer.u8(static_cast<std::uint8_t>(length));
  write_timestamp(writer, has_dts ? 3 : 2, dts + cts);
  if (has_dts) write_timestamp(writer, 1, dts);
  out.insert(out.end(), length - times, 0xFF);
}

Result<void> set_pes_length(const media::Track& track, bool can_omit, Pieces& out) {
  const std::size_t length = out.size() - kPesStart;
  const bool is_video = track.kind == media::TrackKind::kVideo;
  if (is_video && (can_omit || length > kMaxPesLength)) return {};
  if (length > kMaxPesLength) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("PES packet of track {} ({}): {} bytes, at most {}", track.id,
                            to_string(track.codec), length, kMaxPesLength));
  }
  ByteWriter(out.own()).patch_u16(kPesLengthAt, static_cast<std::uint16_t>(length));
  return {};
}

Result<void> append_es(const media::Track& track, Bytes sample, bool is_key, Pieces& out) {
  switch (track.codec) {
    case CodecId::kH264:
    case CodecId::kHevc: return codec::append_annexb(track, sample, is_key, out);
    case CodecId::kAac: FLU_TRY(codec::append_adts_header(track, sample.size(), out.own())); break;
    case CodecId::kOpus: append_opus_header(sample.size(), out.own()); break;
    default: break;
  }
  out.lend(sample);
  return {};
}

}  // namespace flu::container::mpegts
