#include "libcommon/container/mp4/sample_entry.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "libcommon/codec/nal_config.h"
#include "libcommon/container/mp4/esds.h"
#include "libcommon/container/mp4/private_boxes.h"

namespace flu::container {
namespace {

using media::CodecId;
using media::Track;
using media::TrackKind;

std::uint16_t clip_u16(std::uint32_t value) {
  return static_cast<std::uint16_t>(std::min<std::uint32_t>(value, 0xFFFF));
}

FourCc entry_type(CodecId codec) {
  switch (codec) {
    case CodecId::kH264: return four_cc("avc1");
    case CodecId::kHevc: return four_cc("hvc1");
    case CodecId::kMpeg2Video: return four_cc("mp4v");
    case CodecId::kAac:
    case CodecId::kMp3: return four_cc("mp4a");
    case CodecId::kMp2: return four_cc(".mp2");
    case CodecId::kAc3: return four_cc("ac-3");
    case CodecId::kEac3: return four_cc("ec-3");
    case CodecId::kOpus: return four_cc("Opus");
    case CodecId::kDvbSubtitle: return four_cc("dvbs");
    case CodecId::kTeletext: return four_cc("dvbt");
    case CodecId::kWebVtt: return four_cc("wvtt");
  }
  return 0;
}

void write_config_box(FourCc type, Bytes config, ByteWriter& out) {
  const BoxScope box(out, type);
  out.bytes(config);
}

// ISO 14496-12 12.1.3
void write_visual_fields(const Track& track, ByteWriter& out) {
  out.zeros(16);
  out.u16(clip_u16(track.video.width));
  out.u16(clip_u16(track.video.height));
  out.u32(0x0048'0000);  // 72 dpi
  out.u32(0x0048'0000);
  out.u32(0);
  out.u16(1);  // frame_count
  out.zeros(32);
  out.u16(0x18);  // depth
  out.u16(0xFFFF);
}

// ISO 14496-12 12.2.3; a rate above 65535 Hz does not fit and is 0, as other writers have it.
void write_audio_fields(const Track& track, ByteWriter& out) {
  out.zeros(8);
  out.u16(clip_u16(track.audio.channels));
  out.u16(16);
  out.u32(0);
  out.u32(track.audio.sample_rate <= 0xFFFF ? track.audio.sample_rate << 16 : 0);
}

void write_pixel_aspect(const media::VideoFormat& video, ByteWriter& out) {
  if (video.sar_width == video.sar_height || video.sar_width == 0 || video.sar_height == 0) return;
  const BoxScope box(out, four_cc("pasp"));
  out.u32(video.sar_width);
  out.u32(video.sar_height);
}

void write_codec_boxes(const Track& track, ByteWriter& out) {
  switch (track.codec) {
    case CodecId::kH264: write_config_box(four_cc("avcC"), track.config, out); break;
    case CodecId::kHevc: write_config_box(four_cc("hvcC"), track.config, out); break;
    case CodecId::kMpeg2Video:
      write_esds({kObjectMpeg2VideoMain, kStreamVisual, track.config}, out);
      break;
    case CodecId::kAac: write_esds({kObjectAac, kStreamAudio, track.config}, out); break;
    case CodecId::kMp3:
      // ISO 13818-3 halves the rates of 11172-3; registered under an object type of its own.
      write_esds({track.audio.sample_rate < 32'000 ? kObjectMpeg2Audio : kObjectMpeg1Audio,
                  kStreamAudio,
                  {}},
                 out);
      break;
    case CodecId::kAc3: write_config_box(four_cc("dac3"), track.config, out); break;
    case CodecId::kEac3: write_config_box(four_cc("dec3"), track.config, out); break;
    case CodecId::kOpus: write_config_box(four_cc("dOps"), track.config, out); break;
    case CodecId::kMp2: break;
    case CodecId::kDvbSubtitle:
    case CodecId::kTeletext: write_descriptor_config(track.config, out); break;
    case CodecId::kWebVtt: write_config_box(four_cc("vttC"), track.config, out); break;
  }
}

std::optional<CodecId> codec_of_entry(FourCc type) {
  switch (type) {
    case four_cc("avc1"):
    case four_cc("avc3"): return CodecId::kH264;
    case four_cc("hvc1"):
    case four_cc("hev1"): return CodecId::kHevc;
    case four_cc("mp4v"): return CodecId::kMpeg2Video;
    case four_cc("mp4a"): return CodecId::kAac;
    case four_cc(".mp3"): return CodecId::kMp3;
    case four_cc(".mp2"): return CodecId::kMp2;
    case four_cc("ac-3"): return CodecId::kAc3;
    case four_cc("ec-3"): return CodecId::kEac3;
    case four_cc("Opus"): return CodecId::kOpus;
    case four_cc("dvbs"): return CodecId::kDvbSubtitle;
    case four_cc("dvbt"): return CodecId::kTeletext;
    case four_cc("wvtt"): return CodecId::kWebVtt;
    default: return std::nullopt;
  }
}

Result<void> read_visual_fields(ByteReader& reader, Track& track) {
  FLU_TRY(reader.skip(16));
  FLU_TRY_ASSIGN(track.video.width, reader.u16());
  FLU_TRY_ASSIGN(track.video.height, reader.u16());
  return reader.skip(50);
}

// QuickTime's versions 1 and 2 of the sound description are longer (QTFF, "Sound Sample
// Description"); version 2 has its rate and channels at other places.
Result<void> read_audio_fields(ByteReader& reader, Track& track) {
  FLU_TRY_ASSIGN(const std::uint16_t version, reader.u16());
  FLU_TRY(reader.skip(6));
  FLU_TRY_ASSIGN(track.audio.channels, reader.u16());
  FLU_TRY(reader.skip(6));
  FLU_TRY_ASSIGN(const std::uint32_t rate, reader.u32());
  track.audio.sample_rate = rate >> 16;
  if (version == 1) return reader.skip(16);
  if (version != 2) return {};
  FLU_TRY(reader.skip(4));
  FLU_TRY_ASSIGN(const std::uint64_t bits, reader.u64());
  const auto exact = std::bit_cast<double>(bits);
  if (exact >= 1 && exact <= 1e6) track.audio.sample_rate = static_cast<std::uint32_t>(exact);
  FLU_TRY_ASSIGN(track.audio.channels, reader.u32());
  return reader.skip(20);
}

struct EntryBoxes {
  Bytes config;  // of the codec's own box
  bool has_config = false;
  std::optional<EsDescriptor> es;
};

FourCc config_box_of(CodecId codec) {
  switch (codec) {
    case CodecId::kH264: return four_cc("avcC");
    case CodecId::kHevc: return four_cc("hvcC");
    case CodecId::kAc3: return four_cc("dac3");
    case CodecId::kEac3: return four_cc("dec3");
    case CodecId::kOpus: return four_cc("dOps");
    case CodecId::kWebVtt: return four_cc("vttC");
    default: return 0;
  }
}

Result<void> read_pixel_aspect(Bytes payload, Track& track) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const std::uint32_t width, reader.u32());
  FLU_TRY_ASSIGN(const std::uint32_t height, reader.u32());
  if (width == 0 || height == 0) return {};
  track.video.sar_width = width;
  track.video.sar_height = height;
  return {};
}

Result<EntryBoxes> read_entry_boxes(ByteReader& reader, Track& track) {
  EntryBoxes found;
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return found;
    Bytes esds = box->type == four_cc("esds") ? box->payload : Bytes{};
    if (box->type == four_cc("wave")) {  // QuickTime keeps the esds one level deeper
      FLU_TRY_ASSIGN(const std::optional<Box> inner, find_box(box->payload, four_cc("esds")));
      if (inner) esds = inner->payload;
    }
    if (!esds.empty()) {
      FLU_TRY_ASSIGN(found.es, parse_esds(esds));
    } else if (box->type == four_cc("pasp")) {
      FLU_TRY(read_pixel_aspect(box->payload, track));
    } else if (box->type == four_cc("uuid")) {
      if (const auto descriptor = parse_descriptor_config(box->payload)) {
        found.config = *descriptor;
        found.has_config = true;
      }
    } else if (box->type == config_box_of(track.codec)) {
      found.config = box->payload;
      found.has_config = true;
    }
  }
}

// What an mp4v or mp4a entry holds is told by its esds (ISO 14496-1 table 5).
Result<ParsedEntry> apply_es(const std::optional<EsDescriptor>& es, Track& track) {
  if (!es) return ParsedEntry{};
  track.config.assign(es->specific.begin(), es->specific.end());
  if (track.kind == TrackKind::kVideo) return ParsedEntry{is_mpeg2_video(es->object_type)};
  if (es->object_type == kObjectMpeg1Audio || es->object_type == kObjectMpeg2Audio) {
    track.codec = CodecId::kMp3;
    track.config.clear();
    return ParsedEntry{true, true};
  }
  if (!is_aac(es->object_type)) return ParsedEntry{};
  if (track.config.size() < 2) {
    return fail(ErrorCode::kMalformed,
                fmt::format("esds: AudioSpecificConfig of {} bytes, expected at least 2",
                            track.config.size()));
  }
  return ParsedEntry{true};
}

Result<ParsedEntry> apply_config(const EntryBoxes& boxes, Track& track) {
  track.config.assign(boxes.config.begin(), boxes.config.end());
  switch (track.codec) {
    case CodecId::kH264:
    case CodecId::kHevc:
      FLU_TRY(codec::nal_length_size(track.codec, track.config));
      return ParsedEntry{true};
    case CodecId::kAc3:
    case CodecId::kEac3:
    case CodecId::kOpus:
      if (!boxes.has_config) {
        return fail(ErrorCode::kMalformed,
                    fmt::format("{}: no {} box", to_string(entry_type(track.codec)),
                                to_string(config_box_of(track.codec))));
      }
      return ParsedEntry{true};
    default: return ParsedEntry{true};
  }
}

// Where the file does not say: the frame sizes that the codecs have.
std::uint32_t usual_frame_samples(const Track& track) {
  switch (track.codec) {
    case CodecId::kAac: return 1024;
    case CodecId::kMp3: return track.audio.sample_rate < 32'000 ? 576 : 1152;
    case CodecId::kMp2: return 1152;
    case CodecId::kAc3:
    case CodecId::kEac3: return 1536;
    default: return 0;
  }
}

}  // namespace

void write_sample_entry(const Track& track, ByteWriter& out) {
  const BoxScope entry(out, entry_type(track.codec));
  out.zeros(6);
  out.u16(1);  // data_reference_index
  if (track.kind == TrackKind::kVideo) write_visual_fields(track, out);
  if (track.kind == TrackKind::kAudio) write_audio_fields(track, out);
  write_codec_boxes(track, out);
  if (track.kind == TrackKind::kVideo) write_pixel_aspect(track.video, out);
}

Result<ParsedEntry> parse_sample_entry(const Box& entry, Track& track) {
  const std::optional<CodecId> codec = codec_of_entry(entry.type);
  if (!codec) return ParsedEntry{};
  track.codec = *codec;
  track.kind = media::kind_of(*codec);
  ByteReader reader(entry.payload);
  FLU_TRY(reader.skip(8));
  if (track.kind == TrackKind::kVideo) FLU_TRY(read_visual_fields(reader, track));
  if (track.kind == TrackKind::kAudio) FLU_TRY(read_audio_fields(reader, track));
  FLU_TRY_ASSIGN(const EntryBoxes boxes, read_entry_boxes(reader, track));
  const bool has_es = entry.type == four_cc("mp4v") || entry.type == four_cc("mp4a");
  FLU_TRY_ASSIGN(const ParsedEntry parsed,
                 has_es ? apply_es(boxes.es, track) : apply_config(boxes, track));
  if (track.kind == TrackKind::kAudio) track.audio.samples_per_frame = usual_frame_samples(track);
  return parsed;
}

}  // namespace flu::container
