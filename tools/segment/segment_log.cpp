// Tested by tests/unit/hub/live_stream_test.cpp
#include "tools/segment/segment_log.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/store/window_names.h"
#include "tools/segment/limits.h"

namespace flu::hub {

std::string SegmentLog::path(std::string_view file) const {
  return store::in_folder(folder_, file);
}

void SegmentLog::set_head(const container::StreamHead& head, const media::Tracks& tracks) {
  head_ = head;
  if (tracks_ != tracks || tracks_number_ == 0) ++tracks_number_;
  tracks_ = tracks;
}

Result<std::uint64_t> SegmentLog::begin(const Run& first) {
  FLU_TRY_ASSIGN(fresh_, LogFile::create(path(store::kCurrentFile) + ".new", tracks_number_));
  header_.clear();
  writer_.start(head_, tracks_, header_, first.samples.front().dts);
  fresh_->give_memory(std::exchange(spare_, {}));
  fresh_->append(header_, {});
  fresh_->end_head();
  fresh_->mark_key();
  header_.clear();
  writer_.fragment_header(first.track_id, first.samples, first.info, first.producer_time, header_);
  return fresh_->append(header_, first.payload);
}

Result<void> SegmentLog::carry(const LogFile& from,
                               const std::vector<std::pair<std::uint32_t, StoredSample*>>& early) {
  fresh_->begin_carried();
  for (const auto& [track_id, sample] : early) {
    Buffer payload(sample->size);
    FLU_TRY(from.read(sample->position, payload));
    container::SampleEntry entry;
    entry.dts = sample->dts;
    entry.cts = sample->cts;
    entry.duration = media::Ticks(sample->duration);
    entry.sap = sample->sap;
    entry.size = sample->size;
    header_.clear();
    // A writer of its own: who reads on from the log before does not see these fragments, and would
    // take a hole in their sequence for a loss.
    container::FluWriter copy = writer_;
    copy.fragment_header(track_id, {&entry, 1}, nullptr, nullptr, header_);
    sample->position = fresh_->append(header_, payload);
  }
  fresh_->end_carried();
  return {};
}

Result<void> SegmentLog::take_place(bool keep_before) {
  const std::string current = path(store::kCurrentFile);
  const std::string fresh = current + ".new";
  if (keep_before && ::rename(current.c_str(), path(store::kPreviousFile).c_str()) != 0) {
    return io::fail_system("rename", current, errno);
  }
  if (keep_before) previous_ = current_;
  if (::rename(fresh.c_str(), current.c_str()) != 0) return io::fail_system("rename", fresh, errno);
  if (const auto before = last_.lock()) before->set_next(fresh_);
  current_ = std::move(fresh_);
  last_ = current_;
  return {};
}

void SegmentLog::discard_new() {
  if (fresh_ == nullptr) return;
  fresh_.reset();
  ::unlink((path(store::kCurrentFile) + ".new").c_str());
}

std::uint64_t SegmentLog::append(const Run& run) {
  header_.clear();
  writer_.fragment_header(run.track_id, run.samples, run.info, run.producer_time, header_);
  return current_->append(header_, run.payload);
}

Result<void> SegmentLog::append(const media::Event& event) {
  header_.clear();
  if (!writer_.event(event, header_)) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("event {} of {} bytes", event.scheme, event.data.size()));
  }
  current_->append(header_, {});
  return {};
}

Result<void> SegmentLog::flush() {
  // Where the older one cannot be written, its segment is still made from what is held.
  if (previous_ != nullptr) (void)previous_->flush();
  if (current_ != nullptr) return current_->flush();
  return {};
}

// Its segment is published. Those who read it go on in the file, or on to the next log.
void SegmentLog::let_go(LogFile& log) {
  if (is_followed_) (void)log.flush();
  log.give_up_held();
  spare_ = log.take_memory();
  if (spare_.capacity() > kMaxHeldBytes) spare_ = Buffer();
}

std::size_t SegmentLog::held_bytes() const {
  return current_ == nullptr ? 0 : current_->size() - current_->written();
}

void SegmentLog::drop_previous() {
  if (previous_ == nullptr) return;
  let_go(*previous_);
  previous_.reset();
  ::unlink(path(store::kPreviousFile).c_str());
}

void SegmentLog::finish() {
  discard_new();
  drop_previous();
  if (current_ == nullptr) return;
  let_go(*current_);
  current_.reset();
  ::unlink(path(store::kCurrentFile).c_str());
}

}  // namespace flu::hub
