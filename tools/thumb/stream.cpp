// Tested by tests/e2e/serve/thumbnails-curl.sh
#include "tools/thumb/stream.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/file.h"
#include "libcommon/store/window_names.h"
#include "tools/thumb/jpeg.h"
#include "tools/thumb/limits.h"

namespace flu::thumb {

Stream::Stream(StreamConf conf, std::string folder)
    : conf_(std::move(conf)), folder_(std::move(folder)) {}

std::string Stream::path() const {
  return store::in_folder(folder_, store::kThumbnailFile);
}

void Stream::ask(MonotonicTime now) {
  asked_until_ = now + kDemandTime;
}

bool Stream::is_due(MonotonicTime now) {
  if (is_busy || now < not_before_) return false;
  if (conf_.is_on_demand && now >= asked_until_) return false;
  if (now < look_at_) return newest_ != done_;
  look_at_ = now + kLookInterval;
  return look() && newest_ != done_;
}

bool Stream::look() {
  if (!reader_) {
    auto reader = store::WindowReader::open(folder_);
    if (!reader) return false;  // the stream does not run
    reader_.emplace(std::move(*reader));
  }
  const auto window = reader_->refresh();
  window_ = window ? *window : nullptr;
  if (!window) reader_.reset();
  const segment::IndexRecord* const record = newest_record();
  if (record == nullptr) return false;
  newest_ = record->start.count();
  return true;
}

// A long group of pictures may have no key frame in some segment.
const segment::IndexRecord* Stream::newest_record() const {
  if (window_ == nullptr) return nullptr;
  const auto& records = window_->segments;
  const auto found = std::find_if(records.rbegin(), records.rend(), [this](const auto& record) {
    return is_fetched() || record.key_size > 0;
  });
  return found == records.rend() ? nullptr : &*found;
}

Result<KeyFrame> Stream::take_key_frame() {
  const segment::IndexRecord* const record = newest_record();
  if (record == nullptr || !reader_) return fail(ErrorCode::kNotFound, "the window is gone");
  done_ = newest_ = record->start.count();
  if (record->key_size > kMaxPictureBytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("its picture has {} bytes", record->key_size));
  }
  FLU_TRY_ASSIGN(const media::Tracks tracks, reader_->tracks(*record));
  const media::Track* const track = media::main_track(tracks);
  if (track == nullptr || track->kind != media::TrackKind::kVideo) {
    return fail(ErrorCode::kUnsupported, "it has no video");
  }
  FLU_TRY_ASSIGN(const UniqueFd file, reader_->open_segment(*record));
  FLU_TRY_ASSIGN(Buffer sample,
                 io::pread_up_to(file.get(), record->key_size, record->key_relative, "segment"));
  if (sample.size() != record->key_size) {
    return fail(ErrorCode::kMalformed, fmt::format("segment {} is cut off", record->seq));
  }
  return KeyFrame{*track, std::move(sample)};
}

Result<void> Stream::keep(Bytes jpeg) {
  if (jpeg.size() > kMaxJpegBytes) return fail(ErrorCode::kLimitExceeded, "it is too large");
  FLU_TRY_ASSIGN(const JpegInfo info, check_jpeg(jpeg));
  const auto is_there = [this] {
    struct stat status {};
    return ::stat(store::in_folder(folder_, store::kWindowIndexFile).c_str(), &status) == 0;
  };
  if (!is_there()) return {};  // the stream has ended meanwhile
  FLU_TRY(io::replace_file(path(), jpeg.first(info.size)));
  if (!is_there()) remove();  // and its hub took its files away without this one
  if (failures_ > 0) log_info("{}: pictures come again", conf_.name);
  failures_ = 0;
  return {};
}

// The picture before stays. Told once, until one comes again.
void Stream::failed(const Error& error, MonotonicTime now) {
  if (error.code == ErrorCode::kNotFound) return;  // the window moved on
  if (failures_++ == 0) {
    log_alert("{}: no new picture: {}", conf_.name, error.message);
  } else {
    log_debug("{}: no new picture: {}", conf_.name, error.message);
  }
  constexpr unsigned kMaxDoublings = 6;
  const std::chrono::seconds pause{1U << std::min(failures_ - 1, kMaxDoublings)};
  if (is_fetched()) not_before_ = now + std::min(pause, kMaxBackOff);
}

void Stream::remove() const {
  ::unlink(path().c_str());
}

}  // namespace flu::thumb
