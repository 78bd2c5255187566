// Tested by tests/e2e/ingest/share-ffmpeg.sh

#include "tools/ingest/share_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/io/unix_socket.h"
#include "tools/ingest/share_hello.h"
#include "tools/ingest/share_limits.h"

namespace flu::ingest {
namespace {

constexpr std::chrono::seconds kRetry{1};
// The address is received for so long after the last reader: one that is restarted comes back.
constexpr std::chrono::seconds kLinger{5};
constexpr int kSendBuffer = 1 << 20;
constexpr std::size_t kPacket = container::mpegts::kPacketSize;

}  // namespace

ShareServer::ShareServer(boost::asio::io_context& loop, const SourceUrl& url, UniqueFd listener)
    : loop_(loop), url_(url), listener_(loop, listener.release()), timer_(loop) {}

Result<> ShareServer::start() {
  accept_next();
  return {};
}

bool ShareServer::has_readers() const {
  return std::any_of(readers_.begin(), readers_.end(),
                     [](const Reader& reader) { return reader.slot.has_value(); });
}

void ShareServer::accept_next() {
  listener_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](auto failed) {
    if (failed) return;
    auto accepted = io::accept_unix(listener_.native_handle());
    if (!accepted) {
      trouble_.add(accepted.error().message, monotonic_now());
    } else if (*accepted && readers_.size() >= kMaxReaders) {
      trouble_.add(fmt::format("{}: more than {} readers: refused", url_.text, kMaxReaders),
                   monotonic_now());
    } else if (*accepted) {
      const int size = kSendBuffer;
      (void)::setsockopt((*accepted)->get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
      listen_to(readers_.emplace(readers_.end(), loop_, std::move(**accepted)));
    }
    accept_next();
  });
}

// Its hello, then its end.
void ShareServer::listen_to(Readers::iterator reader) {
  reader->socket.async_wait(
      boost::asio::posix::stream_descriptor::wait_read, [this, reader](auto failed) {
        if (failed) return;  // it was removed
        auto got = io::receive_bytes(reader->socket.native_handle(), kMaxShareHello);
        bool is_alive = got.has_value();
        if (got && *got) {
          append(reader->hello, (*got)->data);
          if (!(*got)->fds.empty()) reader->handed = std::move((*got)->fds.front());
          is_alive = take_hello(*reader);
        }
        if (!is_alive) {
          reader->is_gone = true;
          return remove_gone();
        }
        listen_to(reader);
      });
}

bool ShareServer::take_hello(Reader& reader) {
  if (reader.slot) {
    trouble_.add(fmt::format("{}: a reader speaks out of turn: closed", url_.text),
                 monotonic_now());
    return false;
  }
  const auto hello = parse_share_hello(reader.hello);
  if (!hello) {
    trouble_.add(fmt::format("{}: a reader: {}", url_.text, hello.error().message),
                 monotonic_now());
    return false;
  }
  if (!*hello) return true;
  reader.program = (*hello)->program;
  reader.slot = router_.add(reader.program, static_cast<bool>(reader.handed));
  if (!reader.slot) {
    trouble_.add(fmt::format("{}: more than {} programs: program {} is refused", url_.text,
                             ProgramRouter::kMaxSlots, reader.program),
                 monotonic_now());
    return false;
  }
  slots_.resize(std::max<std::size_t>(slots_.size(), *reader.slot + 1));
  log_info("{}: a reader of program {}", url_.text, reader.program);
  receive(std::move(reader.handed));
  return true;
}

void ShareServer::remove_gone() {
  for (auto reader = readers_.begin(); reader != readers_.end();) {
    if (!reader->is_gone) {
      ++reader;
      continue;
    }
    if (reader->slot) {
      router_.remove(*reader->slot);
      log_info("{}: a reader of program {} has left", url_.text, reader->program);
    }
    reader = readers_.erase(reader);
  }
  if (!has_readers()) rest_soon();
}

void ShareServer::rest_soon() {
  timer_.expires_after(kLinger);
  timer_.async_wait([this](auto failed) {
    if (failed || has_readers() || !receiver_) return;
    ended_ = receiver_->counters();
    receiver_.reset();
    log_info("{}: no readers: not received any more", url_.text);
  });
}

Result<> ShareServer::open(UdpReceiver::Handlers handlers, UniqueFd handed) {
  receiver_ = std::make_unique<UdpReceiver>(loop_, url_.text, url_.udp);
  if (!handed) return receiver_->start(std::move(handlers));
  FLU_TRY_ASSIGN(auto socket, io::UdpSocket::adopt(std::move(handed), url_.udp));
  return receiver_->start(std::move(handlers), std::move(socket));
}

// A reader that comes with the socket that it read until now misses nothing when that is read on.
// Who came before it with the same datagrams still to come has some of them twice.
void ShareServer::receive(UniqueFd handed) {
  timer_.cancel();
  if (receiver_ && !handed) return;
  const auto started =
      open({[this](Bytes bytes) {
              sync_.feed(bytes, [this](container::mpegts::PacketBytes packet) {
                ProgramRouter::Slots slots = router_.route(packet);
                filled_ |= slots;
                for (; slots != 0; slots &= slots - 1) {
                  append(slots_[static_cast<std::size_t>(__builtin_ctzll(slots))], packet);
                }
              });
            },
            [this] { on_batch(); },
            [this](const Error& error) {
              trouble_.add(fmt::format("{}: {}", url_.text, error.message), monotonic_now());
              // Not from inside the receiver.
              boost::asio::post(loop_, [this] { receive_again(); });
            }},
           std::move(handed));
  if (started) return log_info("receiving {}", url_.text);
  trouble_.add(fmt::format("{}: {}", url_.text, started.error().message), monotonic_now());
  receive_again();
}

void ShareServer::receive_again() {
  receiver_.reset();
  timer_.expires_after(kRetry);
  timer_.async_wait([this](auto failed) {
    if (!failed && has_readers()) receive();
  });
}

void ShareServer::on_batch() {
  for (Reader& reader : readers_) {
    if (!reader.slot) continue;
    flush(reader);
    if ((filled_ >> *reader.slot & 1) != 0) give(reader, slots_[*reader.slot]);
  }
  for (; filled_ != 0; filled_ &= filled_ - 1) {
    slots_[static_cast<std::size_t>(__builtin_ctzll(filled_))].clear();
  }
  // Those whose end shows in writing are removed where it shows in reading.
}

void ShareServer::give(Reader& reader, Bytes packets) {
  if (reader.queue.empty()) {
    const ssize_t sent = ::send(reader.socket.native_handle(), packets.data(), packets.size(),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return;
    packets = packets.subspan(sent > 0 ? static_cast<std::size_t>(sent) : 0);
  }
  // What was begun is ended; behind it whole packets, as many as fit.
  const std::size_t begun = packets.size() % kPacket;
  const std::size_t room = kMaxReaderQueue - std::min(kMaxReaderQueue, reader.queue.size() + begun);
  const std::size_t kept = std::min(packets.size(), begun + room / kPacket * kPacket);
  append(reader.queue, packets.first(kept));
  const std::size_t dropped = (packets.size() - kept) / kPacket;
  if (dropped == 0) return;
  reader.dropped += dropped;
  dropped_ += dropped;
  trouble_.add(fmt::format("{}: a reader of program {} is too slow: {} packets dropped", url_.text,
                           reader.program, reader.dropped),
               monotonic_now());
}

void ShareServer::flush(Reader& reader) {
  if (reader.queue.empty()) return;
  const Bytes rest = Bytes(reader.queue).subspan(reader.sent);
  const ssize_t sent =
      ::send(reader.socket.native_handle(), rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent <= 0) return;
  reader.sent += static_cast<std::size_t>(sent);
  if (reader.sent == reader.queue.size()) {
    reader.queue.clear();
    reader.sent = 0;
  } else if (reader.sent > kMaxReaderQueue / 2) {
    reader.queue.erase(reader.queue.begin(),
                       reader.queue.begin() + static_cast<std::ptrdiff_t>(reader.sent));
    reader.sent = 0;
  }
}

nlohmann::json ShareServer::counters() const {
  const UdpReceiver::Counters received = receiver_ ? receiver_->counters() : ended_;
  nlohmann::json out;
  out["url"] = url_.text;
  out["is_receiving"] = receiver_ != nullptr;
  out["bytes_in"] = received.bytes;
  out["datagrams"] = received.datagrams;
  out["kernel_drops"] = received.kernel_drops;
  out["rtp_lost"] = received.rtp_lost;
  out["sync_losses"] = sync_counters_.sync_losses;
  out["dropped_packets"] = dropped_;
  out["readers"] = nlohmann::json::array();
  for (const Reader& reader : readers_) {
    if (!reader.slot) continue;
    out["readers"].push_back({{"program", reader.program},
                              {"queued_bytes", reader.queue.size() - reader.sent},
                              {"dropped_packets", reader.dropped}});
  }
  return out;
}

}  // namespace flu::ingest
