// Tested by tests/unit/hub/live_stream_test.cpp
#include "tools/segment/consolidate.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/log.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/segment_box.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/window_names.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

// What the next sample tells; the last of a track of subtitles may say that it is longer.
constexpr media::Ticks kLongest = container::kMaxDuration - media::Ticks(1);

constexpr std::size_t kMaxParts = 512;  // of one call; the kernel takes 1024

std::int64_t ticks_after(const TrackTable& track, std::size_t i) {
  const StoredSample& sample = track.samples[i];
  if (i + 1 < track.samples.size()) return (track.samples[i + 1].dts - sample.dts).count();
  if (track.next_dts) return (*track.next_dts - sample.dts).count();
  return sample.duration;
}

container::SegmentTrack table_of(const TrackTable& track) {
  container::SegmentTrack out;
  out.track_id = track.id;
  out.samples.reserve(track.samples.size());
  for (std::size_t i = 0; i < track.samples.size(); ++i) {
    const StoredSample& sample = track.samples[i];
    container::SampleEntry entry;
    entry.dts = sample.dts;
    entry.cts = sample.cts;
    entry.duration = std::min(media::Ticks(ticks_after(track, i)), kLongest);
    entry.sap = sample.sap;
    entry.offset = static_cast<std::uint32_t>(out.bytes);
    entry.size = sample.size;
    out.bytes += sample.size;
    out.samples.push_back(entry);
  }
  return out;
}

// Copies frames from the logs to the segment in track order. What a log still holds in memory is
// written from there; of what it has written, that between two frames of a track is read along
// where that is cheaper than a call for each.
class FrameCopier {
 public:
  FrameCopier(const SegmentTable& segment, int to, std::string_view name)
      : segment_(&segment), to_(to), name_(name) {}

  // Stays in memory until flush().
  void add_header(Bytes header) { add_part(header); }

  Result<void> copy(const TrackTable& track) {
    const std::span<const StoredSample> samples = track.samples;
    for (std::size_t i = 0; i < samples.size();) {
      const StoredSample& sample = samples[i];
      if (const auto held = log_of(sample).held(sample.position, sample.size)) {
        FLU_TRY(add(*held));
        ++i;
        continue;
      }
      const std::size_t count = run_length(samples.subspan(i));
      FLU_TRY(count == 0 ? copy_large(sample) : copy_run(samples.subspan(i, count)));
      i += std::max<std::size_t>(count, 1);
    }
    return {};
  }

  Result<void> flush() {
    gathered_ = 0;
    auto done = io::write_all(to_, parts_, name_);
    parts_.clear();
    return done;
  }

  [[nodiscard]] std::uint32_t crc() const { return crc_; }

 private:
  // How many frames from the first one on lie close enough for one read; 0: not even one.
  static std::size_t run_length(std::span<const StoredSample> samples) {
    const std::uint64_t begin = samples[0].position;
    std::uint64_t end = begin;
    std::size_t count = 0;
    for (const StoredSample& sample : samples) {
      const bool is_near = sample.file == samples[0].file && sample.position >= end &&
                           sample.position - end <= kReadThroughGap &&
                           sample.position + sample.size - begin <= kCopyBuffer;
      if (!is_near) break;
      end = sample.position + sample.size;
      ++count;
    }
    return count;
  }

  [[nodiscard]] const LogFile& log_of(const StoredSample& sample) const {
    return *segment_->files[sample.file];
  }

  // Moves the frames of one read together, so that they are written in one call.
  Result<void> copy_run(std::span<const StoredSample> samples) {
    FLU_TRY(flush());
    buffer_.resize(kCopyBuffer);
    const std::uint64_t begin = samples.front().position;
    const std::size_t length = samples.back().position + samples.back().size - begin;
    FLU_TRY(log_of(samples.front()).read(begin, std::span(buffer_).first(length)));
    std::size_t filled = 0;
    for (const StoredSample& sample : samples) {
      // The frames move forward only: never over one that is still to come.
      std::memmove(buffer_.data() + filled, buffer_.data() + (sample.position - begin),
                   sample.size);
      filled += sample.size;
    }
    return add(Bytes(buffer_).first(filled));
  }

  Result<void> copy_large(StoredSample sample) {
    while (sample.size > 0) {
      FLU_TRY(flush());
      buffer_.resize(kCopyBuffer);
      const std::size_t part = std::min<std::size_t>(sample.size, buffer_.size());
      FLU_TRY(log_of(sample).read(sample.position, std::span(buffer_).first(part)));
      FLU_TRY(add(Bytes(buffer_).first(part)));
      sample.position += part;
      sample.size -= static_cast<std::uint32_t>(part);
    }
    return {};
  }

  // The kernel reads the bytes at flush(), soon enough to find them in the processor's cache.
  Result<void> add(Bytes bytes) {
    crc_ = crc32c(bytes, crc_);
    add_part(bytes);
    return gathered_ < kCopyBuffer && parts_.size() < kMaxParts ? Result<void>{} : flush();
  }

  void add_part(Bytes bytes) {
    // writev takes parts that it could change, and does not.
    parts_.push_back({const_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    gathered_ += bytes.size();
  }

  const SegmentTable* segment_;
  int to_;
  std::string_view name_;
  Buffer buffer_;
  std::vector<iovec> parts_;
  std::size_t gathered_ = 0;
  std::uint32_t crc_ = 0;
};

void set_key(segment::IndexRecord& record, const SegmentTable& segment, std::size_t header_size) {
  std::uint64_t at = header_size;
  for (const TrackTable& track : segment.tracks) {
    for (const StoredSample& sample : track.samples) {
      if (track.id == segment.main_track && track.kind == media::TrackKind::kVideo &&
          sample.sap != media::Sap::kNone) {
        record.key_relative = static_cast<std::uint32_t>(at);
        record.key_size = sample.size;
        return;
      }
      at += sample.size;
    }
  }
}

segment::IndexRecord record_of(const SegmentTable& segment) {
  segment::IndexRecord record;
  record.sap = static_cast<std::uint8_t>(segment.find(segment.main_track)->samples.front().sap);
  record.flags = segment.start.flags;
  record.start = segment.start.time;
  record.duration = static_cast<std::uint32_t>(duration_of(segment).count());
  record.seq = segment.start.seq;
  record.disc_seq = segment.start.disc_seq;
  record.source = static_cast<std::uint16_t>(segment.start.source);
  record.lost = static_cast<std::uint16_t>(std::min<std::uint32_t>(segment.start.lost, 0xFFFF));
  record.init_hash = segment.start.init_hash;
  const std::int64_t start_us = media::to_wall(segment.start.time).time_since_epoch().count();
  const std::int64_t late_ms =
      (static_cast<std::int64_t>(segment.start.arrival_us) - start_us) / 1000;
  record.arrival_ms = static_cast<std::int32_t>(std::clamp<std::int64_t>(
      late_ms, std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()));
  return record;
}

}  // namespace

container::FragmentInfo info_of(const SegmentStart& start) {
  container::FragmentInfo info;
  info.arrival_us = start.arrival_us;
  info.source = start.source;
  info.flags = (start.flags & kStreamFlags) | container::kCut;
  info.lost = start.lost;
  info.seq = start.seq;
  info.disc_seq = start.disc_seq;
  return info;
}

media::Ticks duration_of(const SegmentTable& segment) {
  if (segment.end) return *segment.end - segment.start.time;
  const TrackTable& main = *segment.find(segment.main_track);
  return main.samples.back().dts + media::Ticks(main.samples.back().duration) -
         main.samples.front().dts;
}

Result<segment::IndexRecord> consolidate(const SegmentTable& segment, const std::string& folder) {
  std::vector<container::SegmentTrack> tracks;
  for (const TrackTable& track : segment.tracks) {
    if (!track.samples.empty()) tracks.push_back(table_of(track));
  }
  std::vector<container::ProducerTime> times;
  if (segment.producer_time) times.push_back(*segment.producer_time);
  const container::FragmentInfo info = info_of(segment.start);
  FLU_TRY_ASSIGN(
      const container::SegmentHeader header,
      container::write_segment_header(segment.start.seq, tracks, times, segment.events, &info));
  if (header.dropped_events > 0) {
    log_alert("segment {}: {} events do not fit", segment.start.seq, header.dropped_events);
  }

  const std::string path = store::in_folder(folder, store::segment_file(segment.start.time));
  const std::string fresh = path + ".new";
  FLU_TRY_ASSIGN(const UniqueFd file, io::open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC));
  const auto write = [&]() -> Result<std::uint32_t> {
    FrameCopier copier(segment, file.get(), fresh);
    copier.add_header(header.bytes);
    for (const TrackTable& track : segment.tracks) FLU_TRY(copier.copy(track));
    FLU_TRY(copier.flush());
    if (::rename(fresh.c_str(), path.c_str()) != 0) return io::fail_system("rename", fresh, errno);
    return copier.crc();
  };
  const auto crc = write();
  if (!crc) {
    ::unlink(fresh.c_str());
    return tl::unexpected(crc.error());
  }
  segment::IndexRecord record = record_of(segment);
  record.data_crc = *crc;
  record.moof_relative = static_cast<std::uint16_t>(header.moof_offset);
  record.moof_size = header.moof_size;
  record.size = static_cast<std::uint32_t>(header.bytes.size() + segment.bytes);
  set_key(record, segment, header.bytes.size());
  return record;
}

}  // namespace flu::hub
