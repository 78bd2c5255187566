#include "libcommon/service/stream_wants.h"

#include <chrono>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/io/unix_socket.h"

namespace flu::service {
namespace {

using nlohmann::json;

// A stream lives for its clients_timeout after a touch, so more of them say nothing new.
constexpr auto kTouchInterval = std::chrono::milliseconds(500);
constexpr auto kRetryInterval = std::chrono::seconds(1);

}  // namespace

class StreamWants::Impl : public std::enable_shared_from_this<StreamWants::Impl> {
 public:
  Impl(boost::asio::io_context& loop, RunDir run_dir, ServeConf& conf)
      : run_dir_(std::move(run_dir)), conf_(&conf), socket_(loop) {}

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  bool touch(std::string_view stream, MonotonicTime now) {
    if (!look(stream, now)) return false;
    auto found = touched_.find(stream);
    if (found == touched_.end()) found = touched_.emplace(stream, MonotonicTime{}).first;
    if (now - found->second >= kTouchInterval && connect(now)) {
      found->second = now;
      send({{"command", "touch"}, {"name", stream}});
    }
    return true;
  }

  void hold(std::string_view stream, MonotonicTime now) {
    if (!look(stream, now) || !held_.emplace(stream).second) return;
    // A new connection repeats what is held, this one included.
    if (socket_.is_open()) {
      want(std::string(stream));
    } else {
      connect(now);
    }
  }

  void release(std::string_view stream) {
    const auto found = held_.find(stream);
    if (found == held_.end()) return;
    held_.erase(found);
    if (socket_.is_open()) send({{"command", "unwant"}, {"name", stream}});
  }

 private:
  // Is it on demand now? What is so no longer is forgotten.
  bool look(std::string_view stream, MonotonicTime now) {
    if (!held_.empty()) connect(now);
    conf_->refresh(now);
    if (conf_->of(stream).is_on_demand) return true;
    if (const auto found = touched_.find(stream); found != touched_.end()) touched_.erase(found);
    return false;
  }

  bool connect(MonotonicTime now) {
    if (socket_.is_open()) return true;
    if (now < next_try_) return false;
    next_try_ = now + kRetryInterval;
    auto fd = io::connect_unix(run_dir_.control_socket(), io::UnixType::kSeqPacket);
    if (!fd) return false;
    boost::system::error_code error;
    socket_.assign(fd->get(), error);
    if (error) return false;
    fd->release();
    for (const std::string& stream : held_) want(stream);
    receive();
    return socket_.is_open();
  }

  void want(const std::string& stream) {
    send({{"command", "want"}, {"name", stream}, {"for", "play"}});
  }

  // A supervisor that does not read is as good as gone.
  void send(const json& request) {
    if (!socket_.is_open()) return;
    const auto sent = io::send_message(socket_.native_handle(), as_bytes(request.dump()));
    if (!sent || !*sent) stop();
  }

  // The answers say nothing that the live window does not show; they are read to be gone.
  void receive() {
    if (!socket_.is_open()) return;
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& error) {
                         const auto self = weak.lock();
                         if (error || !self) return;
                         self->drain();
                         self->receive();
                       });
  }

  void drain() {
    while (socket_.is_open()) {
      const auto message = io::receive_message(socket_.native_handle());
      if (!message) stop();
      if (!message || !*message) return;
    }
  }

  RunDir run_dir_;
  ServeConf* conf_;
  boost::asio::posix::stream_descriptor socket_;
  std::map<std::string, MonotonicTime, std::less<>> touched_;  // on-demand streams: last touch
  std::set<std::string, std::less<>> held_;
  MonotonicTime next_try_{};
};

StreamWants::StreamWants(boost::asio::io_context& loop, RunDir run_dir, ServeConf& conf)
    : impl_(std::make_shared<Impl>(loop, std::move(run_dir), conf)) {}

StreamWants::~StreamWants() {
  impl_->stop();
}

bool StreamWants::touch(std::string_view stream, MonotonicTime now) {
  return impl_->touch(stream, now);
}

void StreamWants::hold(std::string_view stream, MonotonicTime now) {
  impl_->hold(stream, now);
}

void StreamWants::release(std::string_view stream) {
  impl_->release(stream);
}

}  // namespace flu::service
