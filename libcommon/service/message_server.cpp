// Tested by tests/e2e/supervisor/ondemand.sh
#include "libcommon/service/message_server.h"

#include <sys/socket.h>

#include <chrono>
#include <utility>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"

namespace flu::service {
namespace {

using boost::system::error_code;
using Descriptor = boost::asio::posix::stream_descriptor;

// 1000 streams have 2000 units; beyond this somebody of our own user misbehaves.
constexpr std::size_t kMaxConnections = 8192;
constexpr std::size_t kMaxWaiting = 512;
constexpr std::size_t kMaxMessage = 1 << 18;

pid_t peer_process(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

}  // namespace

MessageServer::MessageServer(boost::asio::io_context& loop, Handlers handlers)
    : loop_(loop), handlers_(std::move(handlers)), listener_(loop), pause_(loop) {}

Result<std::unique_ptr<MessageServer>> MessageServer::open(boost::asio::io_context& loop,
                                                           const std::string& path,
                                                           Handlers handlers) {
  FLU_TRY_ASSIGN(UniqueFd fd, io::listen_unix(path, io::UnixType::kSeqPacket));
  std::unique_ptr<MessageServer> server(new MessageServer(loop, std::move(handlers)));
  server->listener_.assign(fd.release());
  server->accept();
  return server;
}

void MessageServer::accept() {
  listener_.async_wait(Descriptor::wait_read, [this](const error_code& error) {
    if (!error) accept_waiting();
  });
}

void MessageServer::accept_waiting() {
  while (true) {
    auto fd = io::accept_unix(listener_.native_handle());
    if (!fd) {
      // Out of descriptors, most likely: the connection still waits, so do not spin on it.
      log_alert("{}", fd.error().message);
      pause_.expires_after(std::chrono::seconds(1));
      pause_.async_wait([this](const error_code& error) {
        if (!error) accept();
      });
      return;
    }
    if (!*fd) break;
    if (connections_.size() < kMaxConnections) add(std::move(**fd));
  }
  accept();
}

void MessageServer::add(UniqueFd fd) {
  const Peer peer = next_++;
  auto connection = std::make_unique<Connection>(loop_);
  connection->process = peer_process(fd.get());
  connection->socket.assign(fd.release());
  connections_.emplace(peer, std::move(connection));
  read(peer);
}

void MessageServer::read(Peer peer) {
  const auto found = connections_.find(peer);
  if (found == connections_.end()) return;
  found->second->socket.async_wait(Descriptor::wait_read, [this, peer](const error_code& error) {
    if (!error) read_waiting(peer);
  });
}

void MessageServer::read_waiting(Peer peer) {
  while (true) {
    // A handler may close the connection.
    const auto found = connections_.find(peer);
    if (found == connections_.end()) return;
    auto message = io::receive_message(found->second->socket.native_handle(), kMaxMessage);
    if (!message) {
      close(peer);
      return;
    }
    if (!*message) break;
    const auto& data = (*message)->data;
    const auto object = nlohmann::json::parse(data.begin(), data.end(), nullptr, false);
    if (object.is_object()) handlers_.message(peer, object, (*message)->fds);
  }
  read(peer);
}

void MessageServer::send(Peer peer, const nlohmann::json& message) {
  const auto found = connections_.find(peer);
  if (found == connections_.end()) return;
  auto& waiting = found->second->waiting;
  if (waiting.size() >= kMaxWaiting) {
    close(peer);
    return;
  }
  waiting.push_back(message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  flush(peer);
}

void MessageServer::flush(Peer peer) {
  const auto found = connections_.find(peer);
  if (found == connections_.end()) return;
  Connection& connection = *found->second;
  while (!connection.waiting.empty()) {
    const auto sent =
        io::send_message(connection.socket.native_handle(), as_bytes(connection.waiting.front()));
    if (!sent) {
      close(peer);
      return;
    }
    if (!*sent) break;
    connection.waiting.pop_front();
  }
  if (connection.waiting.empty() || connection.is_waiting_to_write) return;
  connection.is_waiting_to_write = true;
  connection.socket.async_wait(Descriptor::wait_write, [this, peer](const error_code& error) {
    const auto still = connections_.find(peer);
    if (error || still == connections_.end()) return;
    still->second->is_waiting_to_write = false;
    flush(peer);
  });
}

void MessageServer::close(Peer peer) {
  const auto found = connections_.find(peer);
  if (found == connections_.end()) return;
  connections_.erase(found);
  if (handlers_.closed) handlers_.closed(peer);
}

pid_t MessageServer::process_of(Peer peer) const {
  const auto found = connections_.find(peer);
  return found == connections_.end() ? 0 : found->second->process;
}

}  // namespace flu::service
