#include "libcommon/service/stream_wants.h"

#include <sys/stat.h>

#include <chrono>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"
#include "libcommon/io/unix_socket.h"

namespace flu::service {
namespace {

using nlohmann::json;

// A stream lives for its clients_timeout after a touch, so more of them say nothing new.
constexpr auto kTouchInterval = std::chrono::milliseconds(500);
constexpr auto kLookInterval = std::chrono::milliseconds(500);  // at conf/serve.json
constexpr auto kRetryInterval = std::chrono::seconds(1);
constexpr std::size_t kMaxConf = 64 << 20;

}  // namespace

class StreamWants::Impl : public std::enable_shared_from_this<StreamWants::Impl> {
 public:
  Impl(boost::asio::io_context& loop, RunDir run_dir)
      : run_dir_(std::move(run_dir)), socket_(loop) {}

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  bool touch(std::string_view stream, MonotonicTime now) {
    look(now);
    const auto found = touched_.find(stream);
    if (found == touched_.end()) return false;
    if (now - found->second >= kTouchInterval && connect(now)) {
      found->second = now;
      send({{"command", "touch"}, {"name", stream}});
    }
    return true;
  }

  void hold(std::string_view stream, MonotonicTime now) {
    look(now);
    if (touched_.find(stream) == touched_.end() || !held_.emplace(stream).second) return;
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

  [[nodiscard]] std::string title(std::string_view stream) const {
    const auto found = titles_.find(stream);
    return found == titles_.end() ? std::string() : found->second;
  }

 private:
  // Its names, when the file is another one.
  void look(MonotonicTime now) {
    if (now < next_look_) return;
    next_look_ = now + kLookInterval;
    if (!held_.empty()) connect(now);
    struct stat status {};
    const std::string path = run_dir_.conf() + "/serve.json";
    if (::stat(path.c_str(), &status) != 0) {
      touched_.clear();
      titles_.clear();
      file_ = 0;
      return;
    }
    // Replaced by rename: another file. An inode may be used again, hence the time too.
    const auto change =
        static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    if (file_ == status.st_ino && changed_ == change) return;
    const auto content = io::read_file(path, kMaxConf);
    if (!content) return;
    const json conf = json::parse(content->begin(), content->end(), nullptr, false);
    if (!conf.is_object()) return;
    file_ = status.st_ino;
    changed_ = change;
    take_names(conf);
  }

  void take_names(const json& conf) {
    std::map<std::string, MonotonicTime, std::less<>> names;
    titles_.clear();
    const json streams = conf.value("streams", json::array());
    for (const json& stream : streams) {
      if (!stream.is_object()) continue;
      const json name_field = stream.value("name", json());
      if (!name_field.is_string()) continue;
      const std::string name = name_field.get<std::string>();
      const json title = stream.value("title", json());
      if (title.is_string()) titles_.emplace(name, title.get<std::string>());
      if (stream.value("on_demand", json()) != true) continue;
      const auto before = touched_.find(name);
      names.emplace(name, before == touched_.end() ? MonotonicTime{} : before->second);
    }
    touched_ = std::move(names);
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
  boost::asio::posix::stream_descriptor socket_;
  std::map<std::string, MonotonicTime, std::less<>> touched_;  // on-demand streams: last touch
  std::map<std::string, std::string, std::less<>> titles_;
  std::set<std::string, std::less<>> held_;
  MonotonicTime next_look_{};
  MonotonicTime next_try_{};
  ino_t file_ = 0;
  std::int64_t changed_ = 0;
};

StreamWants::StreamWants(boost::asio::io_context& loop, RunDir run_dir)
    : impl_(std::make_shared<Impl>(loop, std::move(run_dir))) {}

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

std::string StreamWants::title(std::string_view stream) const {
  return impl_->title(stream);
}

}  // namespace flu::service
