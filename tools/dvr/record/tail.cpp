#include "tools/dvr/record/tail.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "libcommon/base/log.h"

namespace flu::dvr {
namespace {

// How often is looked for the window of a stream that does not run.
constexpr auto kOpenInterval = std::chrono::seconds(1);

}  // namespace

// Behind the last one taken; where that is gone, behind all older ones.
std::size_t Tail::first_new(const std::vector<segment::IndexRecord>& segments) {
  if (!last_) return 0;
  for (std::size_t i = segments.size(); i > 0; --i) {
    if (segments[i - 1].seq == last_->seq && segments[i - 1].start == last_->start) return i;
  }
  if (!segments.empty() && segments.front().seq > last_->seq) {
    missed_ += segments.front().seq - last_->seq - 1;
  }
  return 0;
}

std::shared_ptr<const Buffer> Tail::init_of(const segment::IndexRecord& record) {
  if (init_ && init_hash_ == record.init_hash) return init_;
  auto init = reader_->init(record);
  if (!init) {
    log_alert("record {}: {}", stream_, init.error().message);
    return nullptr;
  }
  init_ = std::make_shared<const Buffer>(std::move(*init));
  init_hash_ = record.init_hash;
  return init_;
}

std::vector<Item> Tail::poll(MonotonicTime now) {
  if (!reader_) {
    if (now < next_open_) return {};
    next_open_ = now + kOpenInterval;
    auto opened = store::WindowReader::open(folder_);
    if (!opened) return {};
    reader_ = std::move(*opened);
    generation_ = 0;
  }
  const auto window = reader_->refresh();
  if (!window) {  // the stream has ended, and its window is gone
    reader_.reset();
    return {};
  }
  if ((*window)->generation == generation_) return {};
  generation_ = (*window)->generation;
  const auto& segments = (*window)->segments;
  std::vector<Item> out;
  for (std::size_t i = first_new(segments); i < segments.size(); ++i) {
    auto file = reader_->open_segment(segments[i]);
    auto init = file ? init_of(segments[i]) : nullptr;
    last_ = segments[i];
    if (!init) {
      ++missed_;
      continue;
    }
    out.push_back({stream_, segments[i], std::move(*file), std::move(init)});
  }
  return out;
}

}  // namespace flu::dvr
