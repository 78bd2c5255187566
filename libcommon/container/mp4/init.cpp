#include "libcommon/container/mp4/init.h"

#include <algorithm>
#include <string_view>

#include "libcommon/base/byte_writer.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/moov.h"
#include "libcommon/container/mp4/private_boxes.h"
#include "libcommon/container/mp4/sample_entry.h"
#include "libcommon/container/mp4/track_boxes.h"

namespace flu::container {
namespace {

using media::Track;

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

void write_empty_table(FourCc type, std::size_t bytes, ByteWriter& out) {
  const BoxScope box(out, type, 0, 0);
  out.zeros(bytes);
}

void write_media(const Track& track, ByteWriter& out) {
  const BoxScope mdia(out, four_cc("mdia"));
  write_mdhd(track, 90'000, 0, out);
  write_hdlr(track, out);
  const BoxScope minf(out, four_cc("minf"));
  write_media_information(track, out);
  const BoxScope stbl(out, four_cc("stbl"));
  {
    const BoxScope stsd(out, four_cc("stsd"), 0, 0);
    out.u32(1);
    write_sample_entry(track, out);
  }
  write_empty_table(four_cc("stts"), 4, out);
  write_empty_table(four_cc("stsc"), 4, out);
  write_empty_table(four_cc("stsz"), 8, out);
  write_empty_table(four_cc("stco"), 4, out);
}

// FLU-DESC keeps the exact values of what the role says.
void write_user_data(const Track& track, For whom, ByteWriter& out) {
  if (whom == For::kPlayers && !has_role(track)) return;
  const BoxScope udta(out, four_cc("udta"));
  write_role(track, out);
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
  std::uint32_t last = 0;
  for (const Track& track : tracks) last = std::max(last, track.id);
  write_mvhd(0, last + 1, 0, out);
  for (const Track& track : tracks) {
    const BoxScope trak(out, four_cc("trak"));
    write_tkhd(track, track.id, 0, out);
    write_media(track, out);
    write_user_data(track, whom, out);
  }
  const BoxScope mvex(out, four_cc("mvex"));
  for (const Track& track : tracks) {
    write_trex(track, out);
  }
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
