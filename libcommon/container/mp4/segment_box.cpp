#include "libcommon/container/mp4/segment_box.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/check.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/fragment_builder.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/meta_boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/private_boxes.h"

namespace flu::container {
namespace {

constexpr std::size_t kInfoBytes = 56;

Result<std::uint64_t> check_tracks(std::span<const SegmentTrack> tracks) {
  std::uint64_t bytes = 0;
  std::size_t samples = 0;
  std::size_t used = 0;
  for (const SegmentTrack& track : tracks) {
    samples += track.samples.size();
    bytes += track.bytes;
    used += track.samples.empty() ? 0 : 1;
    std::uint64_t sum = 0;
    for (const SampleEntry& sample : track.samples) {
      sum += sample.size;
    }
    FLU_CHECK(sum == track.bytes);
  }
  if (used == 0) return fail(ErrorCode::kInvalidArgument, "segment without samples");
  if (used > kMaxTrafs || samples > kMaxRunSamples || bytes > kMaxBoxBytes - kBoxHeaderBytes) {
    return fail(
        ErrorCode::kLimitExceeded,
        fmt::format("segment of {} tracks, {} samples, {} bytes, expected at most {}, {}, {}", used,
                    samples, bytes, kMaxTrafs, kMaxRunSamples, kMaxBoxBytes - 8));
  }
  return bytes;
}

// The boxes before the moof; returns how many events did not fit.
std::uint32_t write_meta(std::span<const ProducerTime> producer_times,
                         std::span<const media::Event> events, const FragmentInfo* info,
                         ByteWriter& out) {
  const std::size_t room = kMaxSegmentMetaBytes - (info != nullptr ? kInfoBytes : 0);
  for (const ProducerTime& time : producer_times) {
    if (out.size() + kPrftBytes > room) break;
    write_prft(time, out);
  }
  std::uint32_t dropped = 0;
  for (const media::Event& event : events) {
    Buffer box;
    ByteWriter writer(box);
    write_emsg(event, writer);
    if (out.size() + box.size() > room) {
      ++dropped;
      continue;
    }
    out.bytes(box);
  }
  if (info != nullptr) write_fragment_info(*info, out);
  return dropped;
}

void write_moof(std::uint32_t seq, std::span<const SegmentTrack> tracks, ByteWriter& out) {
  struct Patch {
    std::size_t at = 0;
    std::uint64_t before = 0;  // bytes of the tracks in front
  };
  std::vector<Patch> patches;
  const std::size_t start = out.size();
  {
    const BoxScope moof(out, four_cc("moof"));
    {
      const BoxScope mfhd(out, four_cc("mfhd"), 0, 0);
      out.u32(seq);
    }
    std::uint64_t before = 0;
    for (const SegmentTrack& track : tracks) {
      if (track.samples.empty()) continue;
      patches.push_back({write_traf(track.track_id, track.samples, nullptr, out), before});
      before += track.bytes;
    }
  }
  const std::size_t data = out.size() - start + kBoxHeaderBytes;
  for (const Patch& patch : patches) {
    out.patch_u32(patch.at, static_cast<std::uint32_t>(data + patch.before));
  }
}

// The boxes of a segment read one after the other.
class SegmentParser {
 public:
  explicit SegmentParser(Bytes segment) : segment_(segment) {}

  Result<ParsedSegment> run() {
    if (segment_.size() > kMaxBoxBytes + kMaxMoofBytes + kMaxSegmentMetaBytes) {
      return fail(ErrorCode::kLimitExceeded, fmt::format("segment of {} bytes", segment_.size()));
    }
    ByteReader reader(segment_);
    while (!reader.empty()) {
      const std::size_t at = segment_.size() - reader.remaining();
      auto done = read_box(reader, at);
      if (!done) {
        return tl::unexpected<Error>(
            std::move(done).error().with_context(fmt::format("byte {}", at)));
      }
    }
    if (!has_data_) return fail(ErrorCode::kMalformed, "segment without moof and mdat");
    return std::move(out_);
  }

 private:
  Result<void> read_box(ByteReader& reader, std::size_t at) {
    FLU_TRY_ASSIGN(const std::optional<Box> box, next_box(reader));
    if (!box) return fail(ErrorCode::kMalformed, "bytes behind the last box");
    switch (box->type) {
      case four_cc("prft"): {
        FLU_TRY_ASSIGN(const ProducerTime time, parse_prft(box->payload));
        out_.producer_times.push_back(time);
        return {};
      }
      case four_cc("emsg"): {
        FLU_TRY_ASSIGN(std::optional<ParsedEvent> event, parse_emsg(box->payload));
        if (event && !event->is_relative) out_.events.push_back(std::move(event->event));
        return {};
      }
      case four_cc("uuid"): {
        FLU_TRY_ASSIGN(const std::optional<FragmentInfo> info, parse_fragment_info(box->payload));
        if (info) out_.info = info;
        return {};
      }
      case four_cc("moof"): return read_moof(box->payload, at);
      case four_cc("mdat"): return read_mdat(box->payload, at);
      default: return {};
    }
  }

  Result<void> read_moof(Bytes payload, std::size_t at) {
    if (has_moof_) return fail(ErrorCode::kMalformed, "moof: a second one, expected one a segment");
    has_moof_ = true;
    out_.moof_offset = static_cast<std::uint32_t>(at);
    FLU_TRY(parse_moof(payload, {nullptr, kMaxRunSamples, std::nullopt}, moof_));
    out_.seq = moof_.sequence;
    return {};
  }

  Result<void> read_mdat(Bytes payload, std::size_t at) {
    if (!has_moof_ || has_data_) {
      return fail(ErrorCode::kMalformed, "mdat: expected one, behind the moof");
    }
    has_data_ = true;
    out_.data_offset = static_cast<std::uint32_t>(at + kBoxHeaderBytes);
    FragmentBuilder builder;
    builder.reset({}, true);
    for (const RawTraf& traf : moof_.trafs) {
      MovieTrack track;  // the timescale of a stored segment is 90000
      track.track.id = traf.file_id;
      FLU_TRY_ASSIGN(
          Fragment fragment,
          builder.build(moof_, traf, track, {payload, out_.data_offset - out_.moof_offset}));
      SegmentTrack& parsed = out_.tracks.emplace_back();
      parsed.track_id = traf.file_id;
      parsed.samples = std::move(fragment.samples);
      if (parsed.samples.empty()) continue;
      const auto start = static_cast<std::uint32_t>(fragment.payload.data() - segment_.data());
      for (SampleEntry& sample : parsed.samples) {
        sample.offset += start;
        parsed.bytes += sample.size;
      }
    }
    return {};
  }

  Bytes segment_;
  ParsedSegment out_;
  Moof moof_;
  bool has_moof_ = false;
  bool has_data_ = false;
};

}  // namespace

Result<SegmentHeader> write_segment_header(std::uint32_t seq, std::span<const SegmentTrack> tracks,
                                           std::span<const ProducerTime> producer_times,
                                           std::span<const media::Event> events,
                                           const FragmentInfo* info) {
  FLU_TRY_ASSIGN(const std::uint64_t data, check_tracks(tracks));
  SegmentHeader header;
  ByteWriter out(header.bytes);
  header.dropped_events = write_meta(producer_times, events, info, out);
  header.moof_offset = static_cast<std::uint32_t>(out.size());
  write_moof(seq, tracks, out);
  const std::size_t moof_size = out.size() - header.moof_offset;
  if (moof_size > kMaxMoofBytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("moof of {} bytes, expected at most {}", moof_size, kMaxMoofBytes));
  }
  header.moof_size = static_cast<std::uint32_t>(moof_size);
  out.u32(static_cast<std::uint32_t>(data + kBoxHeaderBytes));
  out.u32(four_cc("mdat"));
  return header;
}

Result<ParsedSegment> parse_segment(Bytes segment) {
  return SegmentParser(segment).run();
}

}  // namespace flu::container
