// Tested by tests/e2e/serve/sessions-curl.sh
#include "tools/serve/sessions/auth_link.h"

#include <utility>

#include "libcommon/base/bytes.h"
#include "libcommon/io/unix_socket.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using Descriptor = boost::asio::posix::stream_descriptor;

constexpr std::size_t kMaxMessage = 1 << 18;
constexpr std::chrono::milliseconds kRetry{200};

}  // namespace

AuthLink::AuthLink(boost::asio::io_context& loop, service::RunDir run_dir, Handlers handlers)
    : run_dir_(std::move(run_dir)), handlers_(std::move(handlers)), socket_(loop) {}

void AuthLink::try_connect(MonotonicTime now) {
  if (socket_.is_open() || now < next_try_) return;
  next_try_ = now + kRetry;
  auto fd = io::connect_unix(run_dir_.auth_socket(), io::UnixType::kSeqPacket);
  if (!fd) return;
  boost::system::error_code error;
  socket_.assign(fd->get(), error);
  if (error) return;
  fd->release();
  receive();
  handlers_.connected();
}

void AuthLink::send(const json& message) {
  if (!socket_.is_open()) return;
  queue_.push_back(message.dump(-1, ' ', false, json::error_handler_t::replace));
  queued_bytes_ += queue_.back().size();
  if (!is_waiting_to_write_) flush();
  if (queued_bytes_ > kMaxAuthQueue) close();
}

void AuthLink::flush() {
  while (!queue_.empty()) {
    const auto sent = io::send_message(socket_.native_handle(), as_bytes(queue_.front()));
    if (!sent) return close();
    if (!*sent) break;
    queued_bytes_ -= queue_.front().size();
    queue_.pop_front();
  }
  if (queue_.empty() || is_waiting_to_write_) return;
  is_waiting_to_write_ = true;
  socket_.async_wait(Descriptor::wait_write,
                     [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                       if (alive.expired()) return;
                       is_waiting_to_write_ = false;
                       if (!error && socket_.is_open()) flush();
                     });
}

void AuthLink::receive() {
  socket_.async_wait(Descriptor::wait_read,
                     [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                       if (!error && !alive.expired()) read();
                     });
}

void AuthLink::read() {
  while (socket_.is_open()) {
    const auto message = io::receive_message(socket_.native_handle(), kMaxMessage);
    if (!message) return close();
    if (!*message) break;
    const auto& data = (*message)->data;
    const json object = json::parse(data.begin(), data.end(), nullptr, false);
    if (object.is_object()) handlers_.message(object);
  }
  if (socket_.is_open()) receive();
}

void AuthLink::close() {
  if (!socket_.is_open()) return;
  boost::system::error_code ignored;
  socket_.close(ignored);
  queue_.clear();
  queued_bytes_ = 0;
  handlers_.lost();
}

}  // namespace flu::serve
