// Tested by tests/e2e/segment/inputs-ffprobe.sh
#include "tools/segment/input.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "libcommon/base/clock.h"
#include "libcommon/codec/nal_config.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

// What an MP4 may begin with: the type of its first box.
constexpr std::array<std::string_view, 7> kFirstBoxes = {"ftyp", "styp", "moov", "free",
                                                         "uuid", "emsg", "prft"};

bool looks_like_mp4(Bytes head) {
  if (head.size() < 8) return false;
  const std::string_view type = as_text(head.subspan(4, 4));
  return std::find(kFirstBoxes.begin(), kFirstBoxes.end(), type) != kFirstBoxes.end();
}

// A flu stream is passed on as it is: everything downstream counts on 4-byte lengths.
Result<void> check_lengths(const container::StreamUnit& unit) {
  const auto* changed = std::get_if<media::TracksChanged>(&unit);
  if (changed == nullptr) return {};
  for (const media::Track& track : changed->tracks) {
    if (track.codec != media::CodecId::kH264 && track.codec != media::CodecId::kHevc) continue;
    FLU_TRY_ASSIGN(const std::size_t size, codec::nal_length_size(track.codec, track.config));
    if (size != 4) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("track {} of a flu stream: NAL unit lengths of {} bytes, expected 4",
                              track.id, size));
    }
  }
  return {};
}

media::Arrival now() {
  return {monotonic_now(), wall_now()};
}

}  // namespace

std::string_view Input::format() const {
  if (format_ == Format::kTs) return "mpegts";
  if (format_ == Format::kUnknown || !has_units_) return "";
  return foreign_ == nullptr ? "flu" : "mp4";
}

std::span<std::uint8_t> Input::prepare(std::size_t wanted) {
  if (format_ == Format::kMp4) return mp4_.prepare(wanted);
  if (format_ == Format::kUnknown) {
    first_.resize(filled_ + wanted);
    return std::span(first_).subspan(filled_);
  }
  chunk_.resize(wanted);
  return chunk_;
}

void Input::commit(std::size_t count) {
  switch (format_) {
    case Format::kMp4: mp4_.commit(count); break;
    case Format::kTs: ts_->feed(Bytes(chunk_).first(count)); break;
    case Format::kUnknown: filled_ += count; break;
  }
}

void Input::finish() {
  has_ended_ = true;
  if (ts_ != nullptr) ts_->flush();
}

// True once the format is known and the bytes that told it are handed on.
Result<bool> Input::detect() {
  if (format_ != Format::kUnknown) return true;
  const Bytes head = Bytes(first_).first(filled_);
  if (looks_like_mp4(head)) {
    format_ = Format::kMp4;
    mp4_.feed(head);
  } else {
    const auto is_ts = head.size() < 8 ? std::nullopt : container::looks_like_ts(head);
    if (!is_ts.value_or(false)) {
      // A stream that begins within something else is looked through for one read's length.
      if (head.empty() || (!has_ended_ && head.size() < kReadSize)) return false;
      return fail(ErrorCode::kMalformed,
                  "neither a flu stream nor MPEG-TS nor fragmented MP4 at its beginning");
    }
    format_ = Format::kTs;
    ts_ = std::make_unique<container::TsReader>();
    foreign_ = std::make_unique<ForeignStream>(head_);
    ts_->feed(head);
    if (has_ended_) ts_->flush();
  }
  Buffer().swap(first_);
  return true;
}

Result<std::optional<container::StreamUnit>> Input::next() {
  FLU_TRY_ASSIGN(const bool is_known, detect());
  if (!is_known) return std::nullopt;
  if (format_ == Format::kMp4 && foreign_ == nullptr) {
    FLU_TRY_ASSIGN(auto unit, mp4_.next());
    if (!unit || mp4_.is_flu()) {
      has_units_ = has_units_ || unit;
      if (unit) FLU_TRY(check_lengths(*unit));
      return unit;
    }
    has_units_ = true;
    foreign_ = std::make_unique<ForeignStream>(head_);
    FLU_TRY(add_foreign(*unit));
  }
  while (true) {
    FLU_TRY_ASSIGN(auto unit, foreign_->next());
    if (unit) return unit;
    FLU_TRY_ASSIGN(const bool has_more, feed_foreign());
    if (!has_more) return std::nullopt;
  }
}

// Hands the next unit of the source to the foreign stream; false when there is none.
Result<bool> Input::feed_foreign() {
  if (waiting_.empty() && ts_ != nullptr) {
    if (auto unit = ts_->next()) waiting_.push_back(std::move(*unit));
  } else if (waiting_.empty()) {
    FLU_TRY_ASSIGN(auto unit, mp4_.next());
    if (unit) {
      FLU_TRY(add_foreign(*unit));
      return true;
    }
    FLU_TRY(flush_moof());
  }
  if (!waiting_.empty()) {
    FLU_TRY(foreign_->add(std::move(waiting_.front()), now()));
    waiting_.pop_front();
    return true;
  }
  if (!has_ended_ || std::exchange(is_flushed_, true)) return false;
  FLU_TRY(foreign_->end());
  return true;
}

Result<void> Input::add_foreign(const container::StreamUnit& unit) {
  if (const auto* fragment = std::get_if<container::Fragment>(&unit)) {
    if (moof_sorter_.is_other_moof(*fragment)) FLU_TRY(flush_moof());
    moof_sorter_.add(*fragment);
    return {};
  }
  FLU_TRY(flush_moof());
  if (const auto* changed = std::get_if<media::TracksChanged>(&unit)) {
    return foreign_tracks_.set_tracks(changed->tracks, waiting_);
  }
  if (const auto* event = std::get_if<media::Event>(&unit)) waiting_.emplace_back(*event);
  return {};
}

Result<void> Input::flush_moof() {
  for (media::Sample& sample : moof_sorter_.take()) {
    FLU_TRY(foreign_tracks_.add(std::move(sample), waiting_));
  }
  return {};
}

}  // namespace flu::hub
