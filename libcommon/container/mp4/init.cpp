#include "libcommon/container/mp4/init.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/moov.h"
#include "libcommon/container/mp4/private_boxes.h"
#include "libcommon/container/mp4/sample_entry.h"

namespace flu::container {
namespace {

using media::Track;
using media::TrackKind;

constexpr std::array<std::uint32_t, 9> kUnityMatrix{0x0001'0000, 0, 0, 0,          0x0001'0000,
                                                    0,           0, 0, 0x4000'0000};

void write_matrix(ByteWriter& out) {
  for (const std::uint32_t value : kUnityMatrix) {
    out.u32(value);
  }
}

// Whom an init is for: programs that take its times for UTC, others of ours, or players.
enum class For { kPrograms, kForeign, kPlayers };

// ISO 23000-19 7.2: a file of one track, such as DASH has, is a CMAF track.
std::string_view brands_for(For whom, std::size_t tracks) {
  switch (whom) {
    case For::kPrograms: return "iso6mp41dashflu1";
    case For::kForeign: return "iso6mp41dash";
    case For::kPlayers: return tracks == 1 ? "iso6mp41dashcmfc" : "iso6mp41dash";
  }
  return {};
}

void write_ftyp(For whom, std::size_t tracks, ByteWriter& out) {
  const BoxScope box(out, four_cc("ftyp"));
  out.text("iso6");
  out.u32(whom == For::kPlayers ? 0 : 1);
  out.text(brands_for(whom, tracks));
}

// The one sample of a movie that is not fragmented.
struct Still {
  std::uint32_t duration = 0;  // 90 kHz ticks
  std::uint32_t size = 0;
  std::uint32_t offset = 0;  // in the file
};

void write_mvhd(const media::Tracks& tracks, std::uint32_t duration, ByteWriter& out) {
  const BoxScope box(out, four_cc("mvhd"), 0, 0);
  std::uint32_t last = 0;
  for (const Track& track : tracks) {
    last = std::max(last, track.id);
  }
  out.zeros(8);  // creation, modification: equal tracks give equal bytes
  out.u32(90'000);
  out.u32(duration);
  out.u32(0x0001'0000);  // rate
  out.u16(0x0100);       // volume
  out.zeros(10);
  write_matrix(out);
  out.zeros(24);
  out.u32(last + 1);
}

// 16.16, the width as shown.
std::uint32_t shown_width(const media::VideoFormat& video) {
  std::uint64_t width = std::uint64_t{video.width} << 16;
  if (video.sar_width != 0 && video.sar_height != 0 && video.sar_width <= 0xFFFF) {
    width = width * video.sar_width / video.sar_height;
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(width, 0xFFFF'0000));
}

void write_tkhd(const Track& track, std::uint32_t duration, ByteWriter& out) {
  const BoxScope box(out, four_cc("tkhd"), 0, 3);  // enabled, in movie
  const bool is_audio = track.kind == TrackKind::kAudio;
  const bool is_video = track.kind == TrackKind::kVideo;
  out.zeros(8);
  out.u32(track.id);
  out.zeros(4);
  out.u32(duration);
  out.zeros(8);
  out.u16(0);                                                            // layer
  out.u16(static_cast<std::uint16_t>(is_audio ? 1 : is_video ? 0 : 2));  // alternate_group
  out.u16(is_audio ? 0x0100 : 0);
  out.u16(0);
  write_matrix(out);
  out.u32(is_video ? shown_width(track.video) : 0);
  out.u32(is_video ? std::min<std::uint32_t>(track.video.height, 0xFFFF) << 16 : 0);
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

void write_mdhd(const Track& track, std::uint32_t duration, ByteWriter& out) {
  const BoxScope box(out, four_cc("mdhd"), 0, 0);
  out.zeros(8);
  out.u32(90'000);
  out.u32(duration);
  out.u16(pack_language(track.language));
  out.u16(0);
}

std::string_view handler_of(const Track& track) {
  switch (track.kind) {
    case TrackKind::kVideo: return "vide";
    case TrackKind::kAudio: return "soun";
    case TrackKind::kSubtitle: break;
  }
  return is_text(track) ? "text" : "subt";  // ISO 14496-30 7.3
}

void write_hdlr(const Track& track, ByteWriter& out) {
  const BoxScope box(out, four_cc("hdlr"), 0, 0);
  out.u32(0);
  out.text(handler_of(track));
  out.zeros(12);
  out.u8(0);  // name
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

void write_data_information(ByteWriter& out) {
  const BoxScope dinf(out, four_cc("dinf"));
  const BoxScope dref(out, four_cc("dref"), 0, 0);
  out.u32(1);
  const BoxScope url(out, four_cc("url "), 0, 1);  // in this file
}

void write_empty_table(FourCc type, std::size_t bytes, ByteWriter& out) {
  const BoxScope box(out, type, 0, 0);
  out.zeros(bytes);
}

void write_table(FourCc type, std::initializer_list<std::uint32_t> values, ByteWriter& out) {
  const BoxScope box(out, type, 0, 0);
  for (const std::uint32_t value : values) out.u32(value);
}

void write_sample_table(const Track& track, const Still* still, ByteWriter& out) {
  const BoxScope stbl(out, four_cc("stbl"));
  {
    const BoxScope stsd(out, four_cc("stsd"), 0, 0);
    out.u32(1);
    write_sample_entry(track, out);
  }
  if (still != nullptr) {
    write_table(four_cc("stts"), {1, 1, still->duration}, out);
    write_table(four_cc("stsc"), {1, 1, 1, 1}, out);
    write_table(four_cc("stsz"), {0, 1, still->size}, out);
    write_table(four_cc("stco"), {1, still->offset}, out);
    return;
  }
  write_empty_table(four_cc("stts"), 4, out);
  write_empty_table(four_cc("stsc"), 4, out);
  write_empty_table(four_cc("stsz"), 8, out);
  write_empty_table(four_cc("stco"), 4, out);
}

void write_media(const Track& track, const Still* still, ByteWriter& out) {
  const BoxScope mdia(out, four_cc("mdia"));
  write_mdhd(track, still == nullptr ? 0 : still->duration, out);
  write_hdlr(track, out);
  const BoxScope minf(out, four_cc("minf"));
  write_media_header(track, out);
  write_data_information(out);
  write_sample_table(track, still, out);
}

// The role that stock tools understand; FLU-DESC keeps the exact values.
std::string_view role_of(const Track& track) {
  if (track.kind == TrackKind::kAudio && track.audio_type == 2) {
    return "enhanced-audio-intelligibility";
  }
  if (track.kind == TrackKind::kAudio && track.audio_type == 3) return "description";
  if (track.kind == TrackKind::kSubtitle && track.is_hearing_impaired) return "caption";
  return {};
}

void write_user_data(const Track& track, For whom, ByteWriter& out) {
  const std::string_view role = role_of(track);
  if (whom == For::kPlayers && role.empty()) return;
  const BoxScope udta(out, four_cc("udta"));
  if (!role.empty()) {
    const BoxScope kind(out, four_cc("kind"), 0, 0);
    out.text("urn:mpeg:dash:role:2011");
    out.u8(0);
    out.text(role);
    out.u8(0);
  }
  if (whom != For::kPlayers) write_track_description(track, out);
}

void write_trex(const Track& track, ByteWriter& out) {
  const BoxScope box(out, four_cc("trex"), 0, 0);
  out.u32(track.id);
  out.u32(1);
  const TrexDefaults defaults = trex_defaults(track);
  out.u32(defaults.duration);
  out.u32(0);
  out.u32(defaults.flags);
}

void write_moov(const media::Tracks& tracks, For whom, ByteWriter& out) {
  const BoxScope moov(out, four_cc("moov"));
  write_mvhd(tracks, 0, out);
  for (const Track& track : tracks) {
    const BoxScope trak(out, four_cc("trak"));
    write_tkhd(track, 0, out);
    write_media(track, nullptr, out);
    write_user_data(track, whom, out);
  }
  const BoxScope mvex(out, four_cc("mvex"));
  for (const Track& track : tracks) {
    write_trex(track, out);
  }
}

void write_still_head(const Track& track, const Still& still, ByteWriter& out) {
  {
    const BoxScope ftyp(out, four_cc("ftyp"));
    out.text("isom");
    out.u32(0x200);
    out.text("isomiso2mp41");
  }
  const BoxScope moov(out, four_cc("moov"));
  write_mvhd({track}, still.duration, out);
  const BoxScope trak(out, four_cc("trak"));
  write_tkhd(track, still.duration, out);
  write_media(track, &still, out);
}

Buffer write_for(const media::Tracks& tracks, For whom) {
  Buffer bytes;
  ByteWriter out(bytes);
  write_ftyp(whom, tracks.size(), out);
  write_moov(tracks, whom, out);
  return bytes;
}

}  // namespace

Buffer write_init(const media::Tracks& tracks, TimeBase times) {
  return write_for(tracks, times == TimeBase::kUtc ? For::kPrograms : For::kForeign);
}

Buffer write_player_init(const media::Tracks& tracks) {
  return write_for(tracks, For::kPlayers);
}

Buffer write_still(const Track& track, Bytes picture, media::Ticks duration) {
  Still still;
  still.duration = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(duration.count(), 1, std::numeric_limits<std::int32_t>::max()));
  still.size = static_cast<std::uint32_t>(picture.size());
  Buffer head;
  {
    ByteWriter out(head);
    write_still_head(track, still, out);
  }
  // The offset does not change the length of what stands before it.
  still.offset = static_cast<std::uint32_t>(head.size() + kBoxHeaderBytes);
  Buffer bytes;
  ByteWriter out(bytes);
  write_still_head(track, still, out);
  const BoxScope mdat(out, four_cc("mdat"));
  out.bytes(picture);
  return bytes;
}

Result<media::Tracks> parse_moov(Bytes payload) {
  FLU_TRY_ASSIGN(const Movie movie, parse_movie(payload));
  return supported_tracks(movie);
}

Result<media::Tracks> parse_init(Bytes init) {
  FLU_TRY_ASSIGN(const std::optional<Box> moov, find_box(init, four_cc("moov")));
  if (!moov) return fail(ErrorCode::kMalformed, "no moov box");
  return parse_moov(moov->payload);
}

}  // namespace flu::container
