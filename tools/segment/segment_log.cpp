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
    FLU_TRY_ASSIGN(Buffer payload, io::pread_up_to(from.fd(), sample->size, sample->position,
                                                   store::kPreviousFile));
    carried_.push_back(std::move(payload));
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
    sample->position = fresh_->append(header_, carried_.back());
  }
  fresh_->end_carried();
  return {};
}

Result<void> SegmentLog::take_place(bool keep_before) {
  const std::string current = path(store::kCurrentFile);
  const std::string fresh = current + ".new";
  FLU_TRY(fresh_->flush());
  carried_.clear();
  if (keep_before && ::rename(current.c_str(), path(store::kPreviousFile).c_str()) != 0) {
    return io::fail_system("rename", current, errno);
  }
  has_previous_ = has_previous_ || keep_before;
  if (::rename(fresh.c_str(), current.c_str()) != 0) return io::fail_system("rename", fresh, errno);
  if (const auto before = last_.lock()) before->set_next(fresh_);
  current_ = std::move(fresh_);
  last_ = current_;
  return {};
}

void SegmentLog::discard_new() {
  carried_.clear();
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
  if (current_ == nullptr) return {};
  return current_->flush();
}

void SegmentLog::drop_previous() {
  if (!has_previous_) return;
  has_previous_ = false;
  ::unlink(path(store::kPreviousFile).c_str());
}

void SegmentLog::finish() {
  discard_new();
  drop_previous();
  if (current_ == nullptr) return;
  current_.reset();
  ::unlink(path(store::kCurrentFile).c_str());
}

}  // namespace flu::hub
