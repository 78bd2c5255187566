#include "tools/segment/fan_out.h"

#include <sys/sendfile.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "libcommon/base/log.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/io/unix_socket.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

using boost::asio::posix::stream_descriptor;

std::uint64_t newest_key(const LogFile& log) {
  return log.keys().empty() ? log.head_size() : log.keys().back();
}

// Where the last GOP but one of the stream begins, in the log where it does.
std::uint64_t last_but_one_key(const LogFile& log) {
  return log.keys().size() < 2 ? 0 : log.keys()[log.keys().size() - 2];
}

}  // namespace

FanOut::FanOut(boost::asio::io_context& loop) : loop_(&loop), listener_(loop) {}

void FanOut::listen(UniqueFd socket, std::function<void()> write_all) {
  write_all_ = std::move(write_all);
  listener_.assign(socket.release());
  accept();
}

void FanOut::accept() {
  listener_.async_wait(
      stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error) return;
        while (true) {
          auto connection = io::accept_unix(listener_.native_handle());
          if (!connection) log_alert("out.sock: {}", connection.error().message);
          if (!connection || !*connection) break;
          if (readers_.size() >= kMaxReaders) {
            log_alert("out.sock: a reader is refused, {} are connected", readers_.size());
            continue;
          }
          add(std::move(**connection));
        }
        accept();
      });
}

void FanOut::add(UniqueFd socket) {
  const int size = kSocketBuffer;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  auto reader = std::make_shared<Reader>(*loop_);
  reader->descriptor.assign(socket.release());
  reader->last_progress = monotonic_now();
  readers_.push_back(reader);
  watch_input(reader);
  write_all_();
  if (log_ != nullptr) join(*reader);
  pump(reader);
}

// Readers have nothing to say; this is how their end is seen.
void FanOut::watch_input(const ReaderPtr& reader) {
  reader->descriptor.async_wait(
      stream_descriptor::wait_read, [this, reader](const boost::system::error_code& error) {
        if (error || reader->is_closed) return;
        std::array<std::uint8_t, 256> ignored{};
        const ssize_t got = ::recv(reader->descriptor.native_handle(), ignored.data(),
                                   ignored.size(), MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
          close(*reader);
          return;
        }
        watch_input(reader);
      });
}

void FanOut::wait_room(const ReaderPtr& reader) {
  reader->is_blocked = true;
  reader->descriptor.async_wait(stream_descriptor::wait_write,
                                [this, reader](const boost::system::error_code& error) {
                                  if (error || reader->is_closed) return;
                                  reader->is_blocked = false;
                                  pump(reader);
                                });
}

void FanOut::progress(const std::shared_ptr<LogFile>& log) {
  const bool is_new_gop = log != nullptr && (log != log_ || log->keys().size() != known_keys_);
  log_ = log;
  known_keys_ = log == nullptr ? 0 : log->keys().size();
  for (const ReaderPtr& reader : std::list<ReaderPtr>(readers_)) {
    if (reader->log == nullptr && log_ != nullptr) join(*reader);
    if (is_new_gop) skip_if_behind(*reader);
    if (!reader->is_blocked) pump(reader);
  }
}

void FanOut::pump(const ReaderPtr& reader) {
  while (!reader->is_closed && reader->log != nullptr) {
    if (step(*reader)) continue;
    if (!reader->is_closed && reader->is_blocked) wait_room(reader);
    return;
  }
}

// One move or one send. False when there is nothing to do now; is_blocked when there will be.
bool FanOut::step(Reader& reader) {
  if (reader.jump && reader.position >= reader.jump->at) {
    const auto jump = *std::exchange(reader.jump, std::nullopt);
    if (jump.to) {
      reader.position = *jump.to;
    } else if (log_ != nullptr) {
      join(reader);
    }
    return true;
  }
  const std::uint64_t end = reader.jump ? reader.jump->at : reader.log->written();
  if (reader.position >= end) return move_on(reader);
  auto offset = static_cast<off_t>(reader.position);
  const ssize_t sent = ::sendfile(reader.descriptor.native_handle(), reader.log->fd(), &offset,
                                  end - reader.position);
  if (sent > 0) {
    reader.position += static_cast<std::uint64_t>(sent);
    reader.last_progress = monotonic_now();
    bytes_ += static_cast<std::uint64_t>(sent);
    return true;
  }
  if (sent < 0 && errno == EINTR) return true;
  if (sent < 0 && errno == EAGAIN) {
    reader.is_blocked = true;
  } else {
    close(reader);
  }
  return false;
}

// The newest GOP of the growing log, behind its head where the reader does not have that yet.
void FanOut::join(Reader& reader) {
  reader.log = log_;
  reader.position = newest_key(*log_);
  reader.jump.reset();
  if (reader.tracks_number != log_->tracks_number()) {
    reader.tracks_number = log_->tracks_number();
    reader.jump = {log_->head_size(), reader.position};
    reader.position = 0;
  }
}

// From the end of one log to the next one's first fragment.
bool FanOut::move_on(Reader& reader) {
  const std::shared_ptr<LogFile> next = reader.log->next();
  if (next == nullptr) {
    reader.last_progress = monotonic_now();
    return false;
  }
  reader.log = next;
  reader.position = next->head_size();
  if (reader.tracks_number != next->tracks_number()) {
    reader.tracks_number = next->tracks_number();
    reader.position = 0;
  }
  if (next->carried_end() > next->carried_begin()) {
    reader.jump = {next->carried_begin(), next->carried_end()};
  }
  return true;
}

void FanOut::skip_if_behind(Reader& reader) {
  if (reader.log == nullptr || log_ == nullptr || (reader.jump && !reader.jump->to)) return;
  const bool is_in_last = reader.log == log_;
  const bool is_in_one_before = reader.log->next() == log_ && log_->keys().size() < 2;
  std::uint64_t oldest = UINT64_MAX;
  if (is_in_last) oldest = last_but_one_key(*log_);
  if (is_in_one_before) oldest = newest_key(*reader.log);
  // While the head is being sent the reader stands in no GOP.
  if (reader.position >= oldest || (is_in_last && reader.position < reader.log->head_size()))
    return;
  const auto boundary = reader.log->next_boundary(reader.position);
  if (!boundary) {
    close(reader);
    return;
  }
  ++skips_;
  reader.jump = {*boundary, std::nullopt};
}

void FanOut::check(MonotonicTime now) {
  for (const ReaderPtr& reader : std::list<ReaderPtr>(readers_)) {
    if (!reader->is_blocked || now - reader->last_progress < kMaxReaderStall) continue;
    log_info("out.sock: a reader took nothing for {} s", kMaxReaderStall.count());
    close(*reader);
  }
}

void FanOut::close(Reader& reader) {
  if (std::exchange(reader.is_closed, true)) return;
  boost::system::error_code ignored;
  reader.descriptor.close(ignored);
  reader.log.reset();
  std::erase_if(readers_, [&](const ReaderPtr& other) { return other.get() == &reader; });
}

void FanOut::close_all() {
  boost::system::error_code ignored;
  listener_.close(ignored);
  Buffer end;
  container::FluWriter().end(end);
  for (const ReaderPtr& reader : std::list<ReaderPtr>(readers_)) {
    const bool has_all =
        reader->log == nullptr || (!reader->jump && reader->log->next() == nullptr &&
                                   reader->position == reader->log->written());
    if (has_all) {
      ::send(reader->descriptor.native_handle(), end.data(), end.size(),
             MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    close(*reader);
  }
}

}  // namespace flu::hub
