// Tested by tests/unit/hub/live_stream_breaks_test.cpp
#include "tools/segment/recovery.h"

#include <unistd.h>

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "libcommon/base/log.h"
#include "libcommon/container/mp4/init.h"
#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "libcommon/store/window_reader.h"
#include "tools/segment/assembler.h"
#include "tools/segment/consolidate.h"
#include "tools/segment/cutter.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

struct Recovered {
  media::Tracks tracks;
  std::vector<SegmentTable> segments;  // oldest first; they hold their logs open
};

// Repeats a log's fragments in the order in which they came.
class Replay {
 public:
  // `is_first`: there is nothing in front of what the logs hold.
  explicit Replay(bool is_first) {
    if (!is_first) assembler_.begin_without_lead();
  }

  void run(const std::shared_ptr<LogFile>& log, const std::string& name) {
    container::FluReader reader;
    std::uint64_t at = 0;
    while (at < log->size()) {
      auto bytes = io::pread_up_to(log->fd(), kReadSize, at, name);
      if (!bytes || bytes->empty()) return;
      reader.feed(*bytes);
      at += bytes->size();
      while (true) {
        auto unit = reader.next();
        if (!unit) {
          log_info("{}: the rest is not read: {}", name, unit.error().message);
          return;
        }
        if (!*unit) break;
        add(**unit, log, reader.position());
      }
    }
  }

  Recovered finish() {
    Recovered out;
    out.tracks = tracks_;
    assembler_.end();
    while (auto segment = assembler_.take_complete()) out.segments.push_back(std::move(*segment));
    return out;
  }

 private:
  void add(const container::StreamUnit& unit, const std::shared_ptr<LogFile>& log,
           std::uint64_t end) {
    if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) set_tracks(changed->tracks);
    if (const auto* event = std::get_if<media::Event>(&unit)) assembler_.add_event(*event);
    if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
      add_fragment(*fragment, log, end - fragment->payload.size());
    }
  }

  void set_tracks(const media::Tracks& tracks) {
    if (tracks == tracks_) return;
    assembler_.end();
    assembler_.set_tracks(tracks);
    tracks_ = tracks;
    init_hash_ = store::init_hash_of(sha256(container::write_init(tracks)));
  }

  void add_fragment(const container::Fragment& fragment, const std::shared_ptr<LogFile>& log,
                    std::uint64_t position) {
    if (fragment.samples.empty()) return;
    const container::SampleEntry& first = fragment.samples.front();
    if (is_cut(fragment.info) && fragment.track_id == assembler_.main_track()) {
      assembler_.begin(start_of(*fragment.info, first), log);
    } else if (fragment.info) {
      assembler_.add_flags(static_cast<std::uint16_t>(fragment.info->flags & kStreamFlags),
                           fragment.info->lost);
    }
    if (fragment.producer_time) assembler_.add_producer_time(*fragment.producer_time);
    for (const container::SampleEntry& sample : fragment.samples) {
      assembler_.add(fragment.track_id, stored(sample, position + sample.offset));
    }
  }

  [[nodiscard]] SegmentStart start_of(const container::FragmentInfo& info,
                                      const container::SampleEntry& first) const {
    SegmentStart start;
    start.seq = info.seq;
    start.disc_seq = info.disc_seq;
    start.flags = static_cast<std::uint16_t>(info.flags & kStreamFlags);
    if (first.sap == media::Sap::kNone) start.flags |= segment::kNoKey;
    start.source = info.source;
    start.lost = info.lost;
    start.arrival_us = info.arrival_us;
    start.init_hash = init_hash_;
    start.time = first.dts + first.cts;
    return start;
  }

  media::Tracks tracks_;
  std::uint32_t init_hash_ = 0;
  Assembler assembler_;
};

Recovered read_logs(const std::string& folder, bool is_first) {
  Replay replay(is_first);
  for (const std::string_view file : {store::kPreviousFile, store::kCurrentFile}) {
    const std::string path = store::in_folder(folder, file);
    if (const auto log = LogFile::open(path)) replay.run(*log, path);
  }
  return replay.finish();
}

Result<void> remember_window(const std::string& folder,
                             const std::vector<segment::IndexRecord>& records, Takeover& out) {
  if (records.empty()) return {};
  FLU_TRY_ASSIGN(const auto reader, store::WindowReader::open(folder));
  std::uint32_t seen = 0;
  for (const auto& record : records) {
    if (record.init_hash == std::exchange(seen, record.init_hash)) continue;
    if (const auto tracks = reader.tracks(record)) out.mapper.remember(*tracks);
  }
  out.numbering.resume(records.back());
  out.last_end = records.back().start + media::Ticks(records.back().duration);
  return {};
}

}  // namespace

Result<Takeover> take_over(const std::string& folder, Publisher& publisher) {
  Takeover out;
  FLU_TRY(remember_window(folder, publisher.window().records(), out));
  const Recovered recovered = read_logs(folder, publisher.window().records().empty());
  out.mapper.remember(recovered.tracks);
  if (!recovered.segments.empty()) {
    FLU_TRY(publisher.keep_init(container::write_init(recovered.tracks)));
  }
  const Cutter cutter(publisher.window().settings().target);
  for (const SegmentTable& segment : recovered.segments) {
    const auto last = out.numbering.last_seq();
    if (last && segment.start.seq <= *last) continue;  // killed between publishing and clearing up
    publisher.publish(segment, cutter.target_duration());
    if (publisher.window().records().empty()) continue;
    out.numbering.resume(publisher.window().records().back());
    out.last_end = segment.start.time + duration_of(segment);
    log_info("closed segment {}, which an earlier hub had left open", segment.start.seq);
  }
  for (const auto file : {store::kCurrentFile, store::kPreviousFile}) {
    ::unlink(store::in_folder(folder, file).c_str());
  }
  publisher.window().sweep();
  return out;
}

}  // namespace flu::hub
