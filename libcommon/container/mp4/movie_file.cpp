#include "libcommon/container/mp4/movie_file.h"

#include <algorithm>
#include <chrono>

#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/track_boxes.h"

namespace flu::container {
namespace {

// Seconds from 1904 to 1970 (ISO 14496-12 8.2.2).
constexpr std::uint64_t kSince1904 = 2'082'844'800;

// Beyond this the head's own size might make an offset pass 32 bits.
constexpr std::uint64_t kMaxShortOffset = 0xE000'0000;
constexpr std::uint64_t kLongBoxHeaderBytes = 16;

std::uint64_t created(const MovieTexts& texts) {
  if (!texts.created) return 0;
  const auto since = std::chrono::floor<std::chrono::seconds>(texts.created->time_since_epoch());
  return kSince1904 + static_cast<std::uint64_t>(since.count());
}

void write_file_type(ByteWriter& out) {
  const BoxScope ftyp(out, four_cc("ftyp"));
  out.text("isom");
  out.u32(0x200);
  out.text("isomiso2mp41");
}

// QuickTime metadata as ffmpeg, players and iTunes have it: ilst, the tag, data.
void write_tag(FourCc type, const std::string& text, ByteWriter& out) {
  if (text.empty()) return;
  const BoxScope tag(out, type);
  const BoxScope data(out, four_cc("data"));
  out.u32(1);  // UTF-8
  out.u32(0);
  out.text(text);
}

constexpr FourCc tag_of(const char (&text)[4]) {
  FourCc value = 0xA9;  // the sign of copyright
  for (unsigned i = 0; i < 3; ++i) value = (value << 8) | static_cast<std::uint8_t>(text[i]);
  return value;
}

void write_texts(const MovieTexts& texts, ByteWriter& out) {
  if (texts.title.empty() && texts.date.empty() && texts.comment.empty()) return;
  const BoxScope udta(out, four_cc("udta"));
  const BoxScope meta(out, four_cc("meta"), 0, 0);
  {
    const BoxScope hdlr(out, four_cc("hdlr"), 0, 0);
    out.u32(0);
    out.text("mdirappl");
    out.zeros(9);
  }
  const BoxScope ilst(out, four_cc("ilst"));
  write_tag(tag_of("nam"), texts.title, out);
  write_tag(tag_of("day"), texts.date, out);
  write_tag(tag_of("cmt"), texts.comment, out);
}

}  // namespace

void MovieFile::add(const media::Track& track, std::span<const SampleEntry> samples,
                    std::uint64_t offset) {
  if (samples.empty()) return;
  const auto [place, is_new] = tracks_.try_emplace({track.kind, track.id}, track);
  place->second.add(track, samples, offset);
}

std::size_t MovieFile::bytes() const {
  std::size_t sum = 0;
  for (const auto& [key, tables] : tracks_) sum += tables.bytes();
  return sum;
}

void MovieFile::write_moov(media::Ticks duration, std::uint64_t media, bool has_long_offsets,
                           const MovieTexts& texts, ByteWriter& out) const {
  const BoxScope moov(out, four_cc("moov"));
  write_mvhd(static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)),
             static_cast<std::uint32_t>(tracks_.size() + 1), created(texts), out);
  std::uint32_t id = 0;
  for (const auto& [key, tables] : tracks_) {
    tables.write(++id, duration, media, has_long_offsets, out);
  }
  write_texts(texts, out);
}

Buffer MovieFile::head(media::Ticks duration, std::uint64_t media_bytes,
                       const MovieTexts& texts) const {
  const bool has_long_offsets = media_bytes > kMaxShortOffset;
  Buffer head;
  // Where the media begins decides what stands before it, but not how long that is.
  std::uint64_t media = 0;
  for (int pass = 0; pass < 2; ++pass) {
    head.clear();
    head.reserve(bytes());
    ByteWriter out(head);
    write_file_type(out);
    write_moov(duration, media, has_long_offsets, texts, out);
    if (has_long_offsets) {
      out.u32(1);
      out.u32(four_cc("mdat"));
      out.u64(media_bytes + kLongBoxHeaderBytes);
    } else {
      out.u32(static_cast<std::uint32_t>(media_bytes + kBoxHeaderBytes));
      out.u32(four_cc("mdat"));
    }
    media = head.size();
  }
  return head;
}

Buffer write_still(const media::Track& track, Bytes picture, media::Ticks duration) {
  SampleEntry sample;
  sample.duration = std::max(duration, media::Ticks(1));
  sample.sap = media::Sap::kClosed;
  sample.size = static_cast<std::uint32_t>(picture.size());
  MovieFile movie;
  movie.add(track, {&sample, 1}, 0);
  Buffer bytes = movie.head(sample.duration, picture.size(), {});
  append(bytes, picture);
  return bytes;
}

}  // namespace flu::container
