// Tested by tests/unit/container/mp4/movie_file_test.cpp
#include "libcommon/container/mp4/track_boxes.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "libcommon/container/mp4/boxes.h"

namespace flu::container {
namespace {

using media::Track;
using media::TrackKind;

constexpr std::array<std::uint32_t, 9> kUnityMatrix{0x0001'0000, 0, 0, 0,          0x0001'0000,
                                                    0,           0, 0, 0x4000'0000};

void write_matrix(ByteWriter& out) {
  for (const std::uint32_t value : kUnityMatrix) out.u32(value);
}

std::uint8_t version_for(std::uint64_t duration) {
  return duration > std::numeric_limits<std::uint32_t>::max() ? 1 : 0;
}

// A time or duration, as wide as the version has it.
void write_time(std::uint8_t version, std::uint64_t value, ByteWriter& out) {
  if (version == 1) return out.u64(value);
  out.u32(static_cast<std::uint32_t>(value));
}

// 16.16, the width as shown.
std::uint32_t shown_width(const media::VideoFormat& video) {
  std::uint64_t width = std::uint64_t{video.width} << 16;
  if (video.sar_width != 0 && video.sar_height != 0 && video.sar_width <= 0xFFFF) {
    width = width * video.sar_width / video.sar_height;
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(width, 0xFFFF'0000));
}

std::uint16_t pack_language(const std::string& language) {
  std::uint16_t packed = 0;
  const bool is_valid =
      language.size() == 3 &&
      std::all_of(language.begin(), language.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  for (const char letter : is_valid ? language : std::string("und")) {
    packed = static_cast<std::uint16_t>((packed << 5) | (letter - 0x60));
  }
  return packed;
}

std::string_view handler_of(const Track& track) {
  switch (track.kind) {
    case TrackKind::kVideo: return "vide";
    case TrackKind::kAudio: return "soun";
    case TrackKind::kSubtitle: break;
  }
  return is_text(track) ? "text" : "subt";  // ISO 14496-30 7.3
}

void write_media_header(const Track& track, ByteWriter& out) {
  if (track.kind == TrackKind::kVideo) {
    const BoxScope box(out, four_cc("vmhd"), 0, 1);
    out.zeros(8);
  } else if (track.kind == TrackKind::kAudio) {
    const BoxScope box(out, four_cc("smhd"), 0, 0);
    out.zeros(4);
  } else {
    const BoxScope box(out, is_text(track) ? four_cc("nmhd") : four_cc("sthd"), 0, 0);
  }
}

std::string_view role_of(const Track& track) {
  if (track.kind == TrackKind::kAudio && track.audio_type == 2) {
    return "enhanced-audio-intelligibility";
  }
  if (track.kind == TrackKind::kAudio && track.audio_type == 3) return "description";
  if (track.kind == TrackKind::kSubtitle && track.is_hearing_impaired) return "caption";
  return {};
}

}  // namespace

void write_mvhd(std::uint64_t duration, std::uint32_t next_track_id, std::uint64_t created,
                ByteWriter& out) {
  const std::uint8_t version = std::max(version_for(duration), version_for(created));
  const BoxScope box(out, four_cc("mvhd"), version, 0);
  write_time(version, created, out);
  write_time(version, created, out);  // modified
  out.u32(90'000);
  write_time(version, duration, out);
  out.u32(0x0001'0000);  // rate
  out.u16(0x0100);       // volume
  out.zeros(10);
  write_matrix(out);
  out.zeros(24);
  out.u32(next_track_id);
}

void write_tkhd(const Track& track, std::uint32_t id, std::uint64_t duration, ByteWriter& out) {
  const std::uint8_t version = version_for(duration);
  const BoxScope box(out, four_cc("tkhd"), version, 3);  // enabled, in movie
  const bool is_audio = track.kind == TrackKind::kAudio;
  const bool is_video = track.kind == TrackKind::kVideo;
  write_time(version, 0, out);
  write_time(version, 0, out);
  out.u32(id);
  out.zeros(4);
  write_time(version, duration, out);
  out.zeros(8);
  out.u16(0);                                                            // layer
  out.u16(static_cast<std::uint16_t>(is_audio ? 1 : is_video ? 0 : 2));  // alternate_group
  out.u16(is_audio ? 0x0100 : 0);
  out.u16(0);
  write_matrix(out);
  out.u32(is_video ? shown_width(track.video) : 0);
  out.u32(is_video ? std::min<std::uint32_t>(track.video.height, 0xFFFF) << 16 : 0);
}

void write_mdhd(const Track& track, std::uint32_t timescale, std::uint64_t duration,
                ByteWriter& out) {
  const std::uint8_t version = version_for(duration);
  const BoxScope box(out, four_cc("mdhd"), version, 0);
  write_time(version, 0, out);
  write_time(version, 0, out);
  out.u32(timescale);
  write_time(version, duration, out);
  out.u16(pack_language(track.language));
  out.u16(0);
}

void write_hdlr(const Track& track, ByteWriter& out) {
  const BoxScope box(out, four_cc("hdlr"), 0, 0);
  out.u32(0);
  out.text(handler_of(track));
  out.zeros(12);
  out.u8(0);  // name
}

void write_media_information(const Track& track, ByteWriter& out) {
  write_media_header(track, out);
  const BoxScope dinf(out, four_cc("dinf"));
  const BoxScope dref(out, four_cc("dref"), 0, 0);
  out.u32(1);
  const BoxScope url(out, four_cc("url "), 0, 1);  // in this file
}

bool has_role(const Track& track) {
  return !role_of(track).empty();
}

void write_role(const Track& track, ByteWriter& out) {
  const std::string_view role = role_of(track);
  if (role.empty()) return;
  const BoxScope kind(out, four_cc("kind"), 0, 0);
  out.text("urn:mpeg:dash:role:2011");
  out.u8(0);
  out.text(role);
  out.u8(0);
}

}  // namespace flu::container
