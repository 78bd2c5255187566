#include "libcommon/container/mp4/moov.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/private_boxes.h"
#include "libcommon/container/mp4/sample_entry.h"

namespace flu::container {
namespace {

using media::Track;
using media::TrackKind;

constexpr std::string_view kRoleScheme = "urn:mpeg:dash:role:2011";

// The largest value that to_90k() is given, so that nothing overflows for a timescale of 1.
constexpr std::int64_t kMaxMediaTime = std::int64_t{1} << 62;

Result<std::uint32_t> read_tkhd_id(Bytes payload) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  FLU_TRY(reader.skip(header.version == 1 ? 16 : 8));
  FLU_TRY_ASSIGN(const std::uint32_t id, reader.u32());
  if (id == 0) return fail(ErrorCode::kMalformed, "tkhd: track id 0");
  return id;
}

// ISO 639-2/T in three times five bits (ISO 14496-12 8.4.2.3); QuickTime's small codes give und.
std::string unpack_language(std::uint16_t packed) {
  std::string text;
  for (unsigned shift = 15; shift > 0; shift -= 5) {
    const unsigned letter = (packed >> (shift - 5)) & 0x1FU;
    if (letter < 1 || letter > 26) return "und";
    text.push_back(static_cast<char>(letter + 0x60));
  }
  return text;
}

Result<void> read_mdhd(Bytes payload, MovieTrack& out) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  FLU_TRY(reader.skip(header.version == 1 ? 16 : 8));
  FLU_TRY_ASSIGN(out.timescale, reader.u32());
  FLU_TRY(reader.skip(header.version == 1 ? 8 : 4));
  FLU_TRY_ASSIGN(const std::uint16_t language, reader.u16());
  out.track.language = unpack_language(language);
  if (out.timescale == 0) return fail(ErrorCode::kMalformed, "mdhd: timescale 0");
  return {};
}

Result<void> read_stsd(Bytes payload, MovieTrack& out) {
  ByteReader reader(payload);
  FLU_TRY(reader.skip(8));
  FLU_TRY_ASSIGN(const std::optional<Box> entry, next_box(reader));
  if (!entry) return {};
  FLU_TRY_ASSIGN(const ParsedEntry parsed, parse_sample_entry(*entry, out.track));
  out.is_supported = parsed.is_supported;
  out.may_be_mp2 = parsed.may_be_mp2;
  return {};
}

Result<void> read_mdia(Bytes payload, MovieTrack& out) {
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return {};
    if (box->type == four_cc("mdhd")) FLU_TRY(read_mdhd(box->payload, out));
    if (box->type != four_cc("minf")) continue;
    FLU_TRY_ASSIGN(const std::optional<Box> stbl, find_box(box->payload, four_cc("stbl")));
    if (!stbl) continue;
    FLU_TRY_ASSIGN(const std::optional<Box> stsd, find_box(stbl->payload, four_cc("stsd")));
    if (stsd) FLU_TRY(read_stsd(stsd->payload, out));
  }
}

struct Edit {
  std::uint64_t duration = 0;   // in the movie's timescale
  std::int64_t media_time = 0;  // in the track's; -1: empty
};

Result<Edit> read_edit(ByteReader& reader, std::uint8_t version) {
  Edit edit;
  if (version == 1) {
    FLU_TRY_ASSIGN(edit.duration, reader.u64());
    FLU_TRY_ASSIGN(const std::uint64_t time, reader.u64());
    edit.media_time = static_cast<std::int64_t>(time);
  } else {
    FLU_TRY_ASSIGN(edit.duration, reader.u32());
    FLU_TRY_ASSIGN(const std::uint32_t time, reader.u32());
    edit.media_time = static_cast<std::int32_t>(time);
  }
  FLU_TRY(reader.skip(4));
  return edit;
}

// What stands in front of the first real edit: empty edits delay the track, media_time cuts its
// beginning off. Later edits are not followed.
Result<media::Ticks> read_elst(Bytes payload, std::uint32_t movie_scale, std::uint32_t scale) {
  ByteReader reader(payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  FLU_TRY_ASSIGN(const std::uint32_t count, reader.u32());
  media::Ticks offset{0};
  for (std::uint32_t i = 0; i < count; ++i) {
    FLU_TRY_ASSIGN(const Edit edit, read_edit(reader, header.version));
    if (edit.media_time == -1) {
      if (edit.duration >= std::uint64_t{1} << 40) {
        return fail(ErrorCode::kMalformed, fmt::format("elst: empty edit of {}", edit.duration));
      }
      offset += media::Ticks(to_90k(static_cast<std::int64_t>(edit.duration), movie_scale));
      if (offset > kMaxTextDuration) {
        return fail(ErrorCode::kMalformed, "elst: empty edits of more than a day");
      }
      continue;
    }
    if (edit.media_time < 0 || edit.media_time >= kMaxMediaTime) {
      return fail(ErrorCode::kMalformed, fmt::format("elst: media time {}", edit.media_time));
    }
    return offset - media::Ticks(to_90k(edit.media_time, scale));
  }
  return offset;
}

// kind (ISO 14496-12 8.10.4): the roles of DASH.
void apply_kind(Bytes payload, Track& track) {
  ByteReader reader(payload);
  if (!reader.skip(4)) return;
  const std::string_view text = as_text(reader.rest());
  const std::size_t end = text.find('\0');
  if (end == std::string_view::npos || text.substr(0, end) != kRoleScheme) return;
  const std::string_view role = text.substr(end + 1).substr(0, text.substr(end + 1).find('\0'));
  if (role == "caption" && track.kind == TrackKind::kSubtitle) track.is_hearing_impaired = true;
  if (track.kind != TrackKind::kAudio) return;
  if (role == "enhanced-audio-intelligibility") track.audio_type = 2;
  if (role == "description") track.audio_type = 3;
}

Result<void> read_udta(Bytes payload, Track& track) {
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return {};
    if (box->type == four_cc("kind")) apply_kind(box->payload, track);
    if (box->type == four_cc("uuid")) FLU_TRY(parse_track_description(box->payload, track));
  }
}

Result<MovieTrack> read_trak(Bytes payload, std::uint32_t movie_scale) {
  MovieTrack out;
  std::optional<Bytes> udta;
  std::optional<Bytes> edts;
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) break;
    if (box->type == four_cc("tkhd")) {
      FLU_TRY_ASSIGN(out.file_id, read_tkhd_id(box->payload));
    }
    if (box->type == four_cc("mdia")) FLU_TRY(read_mdia(box->payload, out));
    if (box->type == four_cc("udta")) udta = box->payload;
    if (box->type == four_cc("edts")) edts = box->payload;
  }
  if (out.file_id == 0) return fail(ErrorCode::kMalformed, "trak: no tkhd");
  if (edts) {
    FLU_TRY_ASSIGN(const std::optional<Box> elst, find_box(*edts, four_cc("elst")));
    if (elst) {
      FLU_TRY_ASSIGN(out.time_offset, read_elst(elst->payload, movie_scale, out.timescale));
    }
  }
  // After the entry, whose kind says what a role means and whose fields are coarser.
  if (udta) FLU_TRY(read_udta(*udta, out.track));
  return out;
}

Result<void> read_trex(Bytes payload, Movie& movie) {
  ByteReader reader(payload);
  FLU_TRY(reader.skip(4));
  FLU_TRY_ASSIGN(const std::uint32_t id, reader.u32());
  FLU_TRY(reader.skip(4));
  for (MovieTrack& track : movie) {
    if (track.file_id != id) continue;
    FLU_TRY_ASSIGN(track.default_duration, reader.u32());
    FLU_TRY_ASSIGN(track.default_size, reader.u32());
    FLU_TRY_ASSIGN(track.default_flags, reader.u32());
    track.track.nominal_duration = media::Ticks(to_90k(track.default_duration, track.timescale));
    return {};
  }
  return {};
}

Result<void> read_mvex(Bytes payload, Movie& movie) {
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return {};
    if (box->type == four_cc("trex")) FLU_TRY(read_trex(box->payload, movie));
  }
}

// Ids of ours are 1 to 63; a foreign id outside gets the lowest that is free.
Result<void> assign_ids(Movie& movie) {
  std::uint64_t taken = 1;  // bit 0: id 0 is none
  for (std::size_t i = 0; i < movie.size(); ++i) {
    const std::uint32_t id = movie[i].file_id;
    for (std::size_t k = 0; k < i; ++k) {
      if (movie[k].file_id == id) {
        return fail(ErrorCode::kMalformed, fmt::format("two tracks of id {}", id));
      }
    }
    if (id > 63) continue;
    movie[i].track.id = id;
    taken |= std::uint64_t{1} << id;
  }
  for (MovieTrack& track : movie) {
    if (track.track.id != 0) continue;
    for (std::uint32_t id = 1; id <= 63 && track.track.id == 0; ++id) {
      if ((taken >> id & 1U) == 0) track.track.id = id;
    }
    if (track.track.id == 0) return fail(ErrorCode::kLimitExceeded, "more than 63 tracks");
    taken |= std::uint64_t{1} << track.track.id;
  }
  return {};
}

Result<std::uint32_t> read_movie_scale(Bytes moov) {
  FLU_TRY_ASSIGN(const std::optional<Box> mvhd, find_box(moov, four_cc("mvhd")));
  if (!mvhd) return fail(ErrorCode::kMalformed, "no mvhd");
  ByteReader reader(mvhd->payload);
  FLU_TRY_ASSIGN(const FullBoxHeader header, read_full_box(reader));
  FLU_TRY(reader.skip(header.version == 1 ? 16 : 8));
  FLU_TRY_ASSIGN(const std::uint32_t scale, reader.u32());
  if (scale == 0) return fail(ErrorCode::kMalformed, "mvhd: timescale 0");
  return scale;
}

}  // namespace

std::int64_t to_90k(std::int64_t value, std::uint32_t timescale) {
  if (timescale == 90'000) return value;
  const std::int64_t scale = timescale;
  std::int64_t whole = value / scale;
  std::int64_t part = value % scale;
  if (part < 0) {  // round down, so that a time and its negative keep their distance
    part += scale;
    --whole;
  }
  // Two million years: what is beyond is refused by every range check that follows.
  constexpr std::int64_t kFarthest = std::int64_t{1} << 46;
  whole = std::clamp(whole, -kFarthest, kFarthest);
  return whole * 90'000 + part * 90'000 / scale;
}

Result<Movie> parse_movie(Bytes payload) {
  FLU_TRY_ASSIGN(const std::uint32_t movie_scale, read_movie_scale(payload));
  Movie movie;
  std::optional<Bytes> mvex;
  ByteReader reader(payload);
  while (true) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) break;
    if (box->type == four_cc("mvex")) mvex = box->payload;
    if (box->type != four_cc("trak")) continue;
    if (movie.size() == kMaxTracks) {
      return fail(ErrorCode::kLimitExceeded, fmt::format("more than {} tracks", kMaxTracks));
    }
    auto track = read_trak(box->payload, movie_scale);
    if (!track) {
      return tl::unexpected<Error>(
          std::move(track).error().with_context(fmt::format("trak {}", movie.size() + 1)));
    }
    movie.push_back(std::move(*track));
  }
  if (mvex) FLU_TRY(read_mvex(*mvex, movie));
  FLU_TRY(assign_ids(movie));
  return movie;
}

media::Tracks supported_tracks(const Movie& movie) {
  media::Tracks tracks;
  for (const MovieTrack& track : movie) {
    if (track.is_supported) tracks.push_back(track.track);
  }
  return tracks;
}

}  // namespace flu::container
