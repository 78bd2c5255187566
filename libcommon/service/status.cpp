#include "libcommon/service/status.h"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <optional>
#include <utility>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/service/process.h"
#include "libcommon/service/run_dir.h"

#ifndef FLU_VERSION
#define FLU_VERSION "0.0.0"
#endif

namespace flu::service {
namespace {

using nlohmann::json;

// Events that wait while the supervisor is away or slow. The oldest are dropped, and their number
// is told with the counters: what a unit does never depends on who listens.
constexpr std::size_t kMaxWaitingEvents = 256;
constexpr std::size_t kMaxCommand = 1 << 20;
constexpr auto kTick = std::chrono::seconds(1);

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::int64_t utc_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(wall_now().time_since_epoch())
      .count();
}

// Invalid UTF-8 (a name from a broken source) must not end the program.
std::string dump(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

class StatusReporter::Impl : public std::enable_shared_from_this<StatusReporter::Impl> {
 public:
  Impl(boost::asio::io_context& loop, CommonOptions options, CountersSource counters)
      : options_(std::move(options)),
        counters_(std::move(counters)),
        unit_(environment("FLU_UNIT")),
        socket_(loop),
        timer_(loop) {
    if (unit_.empty()) return;
    if (auto run_dir = open_run_dir(options_)) {
      path_ = run_dir->status_socket();
    } else {
      log_alert("status: {}", run_dir.error().message);
    }
  }

  void start() {
    if (!options_.is_status && path_.empty()) return;
    connect();
    wait_tick();
  }

  void stop() {
    boost::system::error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
  }

  void ready(const std::vector<Listening>& listening, const std::vector<int>& fds) {
    json message = json::parse(ready_line(listening));
    message["type"] = "ready";
    ready_ = dump(message);
    fds_ = fds;
    print(*ready_);
    if (socket_.is_open()) send(*ready_, fds_);
    if (auto announced = announce_ready(options_, listening); !announced) {
      log_alert("{}", announced.error().message);
    }
    options_.ready_fd = -1;
  }

  void report(json message, std::string_view type) {
    message["type"] = type;
    message["utc_ms"] = utc_milliseconds();
    const std::string text = dump(message);
    print(text);
    if (path_.empty()) return;
    if (waiting_.size() >= kMaxWaitingEvents) {
      waiting_.pop_front();
      ++lost_events_;
    }
    waiting_.push_back(text);
    flush();
  }

  // The last counters first: those of a program that ran for less than a tick are its only ones.
  void exiting(int code, std::string_view reason) {
    if (options_.is_status || socket_.is_open()) send_counters();
    report({{"code", code}, {"reason", reason}}, "exiting");
  }

  void on_command(CommandHandler handler) { handler_ = std::move(handler); }

 private:
  void print(const std::string& line) const {
    if (options_.is_status) fmt::print(stderr, "{}\n", line);
  }

  void wait_tick() {
    timer_.expires_after(kTick);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->tick();
      self->wait_tick();
    });
  }

  void tick() {
    if (!socket_.is_open()) {
      connect();
    } else {
      flush();
    }
    if (options_.is_status || socket_.is_open()) send_counters();
  }

  void send_counters() {
    json message = counters_ ? counters_() : json::object();
    message["type"] = "counters";
    message["events_lost"] = lost_events_;
    const std::string text = dump(message);
    print(text);
    if (socket_.is_open()) send(text, {});  // a full queue: the next second's will do
  }

  void connect() {
    if (path_.empty()) return;
    auto fd = io::connect_unix(path_, io::UnixType::kSeqPacket);
    if (!fd) return;
    boost::system::error_code error;
    socket_.assign(fd->get(), error);
    if (error) return;
    fd->release();
    if (!send(hello(), {})) return;
    if (ready_ && !send(*ready_, fds_)) return;
    flush();
    receive();
  }

  std::string hello() const {
    json message{{"type", "hello"},
                 {"unit", unit_},
                 {"pid", ::getpid()},
                 {"plan_hash", environment("FLU_PLAN_HASH")},
                 {"version", FLU_VERSION}};
    if (const auto self = identify_process(::getpid())) message["start_time"] = self->start_time;
    return dump(message);
  }

  // False when the connection is gone or its queue is full.
  bool send(const std::string& text, const std::vector<int>& fds) {
    const auto sent = io::send_message(socket_.native_handle(), as_bytes(text), fds);
    if (!sent) {
      boost::system::error_code ignored;
      socket_.close(ignored);
      return false;
    }
    return *sent;
  }

  void flush() {
    while (socket_.is_open() && !waiting_.empty() && send(waiting_.front(), {})) {
      waiting_.pop_front();
    }
  }

  void receive() {
    if (!socket_.is_open()) return;
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& error) {
                         const auto self = weak.lock();
                         if (error || !self) return;
                         self->read_commands();
                       });
  }

  void read_commands() {
    while (socket_.is_open()) {
      auto message = io::receive_message(socket_.native_handle(), kMaxCommand);
      if (!message) {
        boost::system::error_code ignored;
        socket_.close(ignored);
        return;
      }
      if (!*message) break;
      const json command =
          json::parse((*message)->data.begin(), (*message)->data.end(), nullptr, false);
      if (command.is_object() && handler_) handler_(command);
    }
    receive();
  }

  CommonOptions options_;
  CountersSource counters_;
  CommandHandler handler_;
  std::string unit_;
  std::string path_;  // empty: nobody to tell
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::optional<std::string> ready_;
  std::vector<int> fds_;
  std::deque<std::string> waiting_;
  std::uint64_t lost_events_ = 0;
};

StatusReporter::StatusReporter(boost::asio::io_context& loop, const CommonOptions& options,
                               CountersSource counters)
    : impl_(std::make_shared<Impl>(loop, options, std::move(counters))) {
  impl_->start();
}

StatusReporter::~StatusReporter() {
  impl_->stop();
}

void StatusReporter::ready(const std::vector<Listening>& listening, const std::vector<int>& fds) {
  impl_->ready(listening, fds);
}

void StatusReporter::event(std::string_view name, const nlohmann::json& fields) {
  nlohmann::json message = fields.is_object() ? fields : nlohmann::json::object();
  message["event"] = name;
  impl_->report(std::move(message), "event");
}

void StatusReporter::exiting(int code, std::string_view reason) {
  impl_->exiting(code, reason);
}

void StatusReporter::on_command(CommandHandler handler) {
  impl_->on_command(std::move(handler));
}

}  // namespace flu::service
