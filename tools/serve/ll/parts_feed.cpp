// Tested by tests/e2e/serve/ll-hls-parser.sh
#include "tools/serve/ll/parts_feed.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/io/file.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/store/window_names.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kRetry{100};
constexpr std::size_t kReadSize = 256 << 10;

}  // namespace

PartsFeed::PartsFeed(asio::io_context& loop, std::string name, std::string folder,
                     std::function<void()> changed)
    : name_(std::move(name)),
      folder_(std::move(folder)),
      changed_(std::move(changed)),
      socket_(loop),
      retry_timer_(loop),
      greeting_timer_(loop) {}

void PartsFeed::open() {
  used_at_ = monotonic_now();
  if (is_open_) return;
  is_open_ = true;
  is_lost_ = false;
  lost_at_ = used_at_;
  is_greeting_ = true;
  greeting_timer_.expires_after(kPartsGreeting);
  greeting_timer_.async_wait([this](const auto& ec) {
    if (!ec) end_greeting();
  });
  connect();
}

void PartsFeed::end_greeting() {
  if (std::exchange(is_greeting_, false)) changed_();
}

bool PartsFeed::is_settled(MonotonicTime now) const {
  return is_connected_ && now - connected_at_ > kPartsSettle;
}

void PartsFeed::connect() {
  auto socket =
      io::connect_unix(store::in_folder(folder_, store::kNewsSocket), io::UnixType::kSeqPacket);
  boost::system::error_code ec;
  if (socket) socket_.assign(socket->release(), ec);
  if (!socket || ec) return retry();
  is_connected_ = true;
  is_lost_ = false;
  connected_at_ = monotonic_now();
  log_debug("parts of {}: reads the news", name_);
  wait_readable();
}

void PartsFeed::retry() {
  if (!is_lost_ && monotonic_now() - lost_at_ > kPartsLost) {
    is_lost_ = true;
    changed_();
  }
  retry_timer_.expires_after(kRetry);
  retry_timer_.async_wait([this](const auto& ec) {
    if (!ec) connect();
  });
}

void PartsFeed::wait_readable() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& ec) {
    if (!ec) read_news();
  });
}

void PartsFeed::read_news() {
  const std::uint64_t before = version_;
  while (read_message()) {
  }
  if (is_connected_) wait_readable();
  if (version_ == before) return;
  is_greeting_ = false;
  changed_();
}

bool PartsFeed::read_message() {
  const auto message = io::receive_message(socket_.native_handle(), segment::kRecordSize);
  if (!message) return lost(message.error().message), false;
  if (!*message) return false;
  const auto record = segment::parse_record((*message)->data);
  if (!record) return lost(record.error().message), false;
  take(*record);
  return true;
}

void PartsFeed::take(const segment::IndexRecord& record) {
  ++version_;
  if (record.type == segment::RecordType::kSegment) {
    // Now it is in the window.
    if (growing_ && growing_->seq() <= record.seq) growing_.reset();
  }
  if (record.type != segment::RecordType::kPart) return;
  if (const auto done = take_part(record); !done) {
    // The segment may be complete meanwhile; then its parts come from the window.
    log_debug("parts of {}: {}", name_, done.error().message);
    growing_.reset();
  }
}

Result<void> PartsFeed::take_part(const segment::IndexRecord& part) {
  if (!growing_ || growing_->seq() != part.seq) FLU_TRY(begin(part));
  FLU_TRY(feed_up_to(part.offset + part.size));
  growing_->tell(part);
  return {};
}

// The segment's file, whatever its name is by now.
Result<void> PartsFeed::begin(const segment::IndexRecord& part) {
  Result<void> done = fail(ErrorCode::kNotFound, "no cur.mp4");
  for (const auto name : {store::kCurrentFile, store::kPreviousFile}) {
    auto file = io::open_file(store::in_folder(folder_, name), O_RDONLY);
    if (!file) continue;
    file_ = std::move(*file);
    growing_ = std::make_unique<GrowingSegment>(part);
    done = feed_up_to(part.offset + part.size);
    if (done) return done;
  }
  growing_.reset();
  return done;
}

Result<void> PartsFeed::feed_up_to(std::uint64_t end) {
  while (growing_->fed() < end) {
    const std::size_t size = std::min<std::uint64_t>(end - growing_->fed(), kReadSize);
    FLU_TRY_ASSIGN(const Buffer bytes, read(growing_->fed(), size));
    FLU_TRY(growing_->feed(bytes));
  }
  return {};
}

Result<Buffer> PartsFeed::read(std::uint64_t offset, std::size_t size) const {
  FLU_TRY_ASSIGN(Buffer bytes, io::pread_up_to(file_.get(), size, offset, "cur.mp4"));
  if (bytes.size() == size) return bytes;
  return fail(ErrorCode::kMalformed, fmt::format("cur.mp4 ends at byte {}, expected {}",
                                                 offset + bytes.size(), offset + size));
}

void PartsFeed::lost(std::string_view reason) {
  log_debug("parts of {}: {}", name_, reason);
  boost::system::error_code ec;
  socket_.close(ec);
  is_connected_ = false;
  growing_.reset();
  ++version_;
  lost_at_ = monotonic_now();
  retry();
}

void PartsFeed::reset() {
  boost::system::error_code ec;
  socket_.close(ec);
  retry_timer_.cancel();
  greeting_timer_.cancel();
  growing_.reset();
  file_.reset();
  is_connected_ = false;
  is_open_ = false;
}

void PartsFeed::check_idle(MonotonicTime now) {
  if (is_open_ && now - used_at_ > kFeedIdle) reset();
}

}  // namespace flu::serve
