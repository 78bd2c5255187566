#include <algorithm>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/check.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/meta_boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/private_boxes.h"

namespace flu::container {
namespace {

void write_mfhd(std::uint32_t sequence, ByteWriter& out) {
  const BoxScope box(out, four_cc("mfhd"), 0, 0);
  out.u32(sequence);
}

// A fragment without samples: without it VLC drops the audio of a stream whose times are UTC and
// whose fragments hold one track each.
void write_primer(const media::Tracks& tracks, media::Timestamp time, ByteWriter& out) {
  {
    const BoxScope moof(out, four_cc("moof"));
    write_mfhd(0, out);
    for (const media::Track& track : tracks) {
      if (track.kind == media::TrackKind::kSubtitle) continue;
      write_empty_traf(track.id, time, out);
    }
  }
  const BoxScope mdat(out, four_cc("mdat"));
}

}  // namespace

void FluWriter::start(const StreamHead& head, const media::Tracks& tracks, Buffer& out,
                      std::optional<media::Timestamp> first) {
  append(out, write_init(tracks, head.times));
  ByteWriter writer(out);
  write_stream_head(head, writer);
  const WallTime start{std::chrono::microseconds(head.start_us)};
  write_primer(tracks, first ? *first : media::to_timestamp(start), writer);
  tracks_.clear();
  for (const media::Track& track : tracks) {
    const TrexDefaults defaults = trex_defaults(track);
    tracks_.push_back({track.id, defaults.duration, defaults.flags});
  }
}

void FluWriter::fragment_header(std::uint32_t track_id, std::span<const SampleEntry> samples,
                                const FragmentInfo* info, const ProducerTime* producer_time,
                                Buffer& out) {
  FLU_CHECK(!samples.empty());
  ByteWriter writer(out);
  if (producer_time != nullptr) write_prft(*producer_time, writer);
  if (info != nullptr) write_fragment_info(*info, writer);

  const auto known = std::find_if(tracks_.begin(), tracks_.end(),
                                  [&](const KnownTrack& track) { return track.id == track_id; });
  FLU_CHECK(known != tracks_.end());
  const TrexDefaults defaults{known->default_duration, known->default_flags};
  const std::size_t moof_start = writer.size();
  std::size_t data_offset = 0;
  {
    const BoxScope moof(writer, four_cc("moof"));
    write_mfhd(++sequence_, writer);
    data_offset = write_traf(track_id, samples, &defaults, writer);
  }
  writer.patch_u32(data_offset,
                   static_cast<std::uint32_t>(writer.size() - moof_start + kBoxHeaderBytes));
  std::uint64_t payload = 0;
  for (const SampleEntry& sample : samples) {
    payload += sample.size;
  }
  FLU_CHECK(payload <= kMaxBoxBytes - kBoxHeaderBytes);
  writer.u32(static_cast<std::uint32_t>(payload + kBoxHeaderBytes));
  writer.u32(four_cc("mdat"));
}

bool FluWriter::event(const media::Event& event, Buffer& out) {
  const std::size_t fixed = 64;
  if (event.scheme.size() + event.value.size() + event.data.size() + fixed > kMaxMetaBytes) {
    return false;
  }
  ByteWriter writer(out);
  write_emsg(event, writer);
  return true;
}

void FluWriter::end(Buffer& out) {
  ByteWriter writer(out);
  const BoxScope box(writer, four_cc("styp"));
  writer.text("iso6");
  writer.u32(1);
  writer.text("iso6lmsg");
}

}  // namespace flu::container
