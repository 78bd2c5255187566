// Tested by tests/e2e/serve/api-config-curl.sh
#include "tools/serve/api/supervisor_link.h"

#include <sys/mman.h>

#include <cerrno>
#include <map>
#include <utility>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"
#include "libcommon/io/unix_socket.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxReply = 1 << 20;

Result<UniqueFd> in_memory(std::string_view text) {
  UniqueFd fd(::memfd_create("flu-api-body", MFD_CLOEXEC));
  if (!fd) return io::fail_system("memfd_create", "the body of a request", errno);
  FLU_TRY(io::write_all(fd.get(), as_bytes(text), "the body of a request"));
  return fd;
}

}  // namespace

class SupervisorLink::Impl : public std::enable_shared_from_this<SupervisorLink::Impl> {
 public:
  Impl(boost::asio::io_context& loop, service::RunDir run_dir)
      : run_dir_(std::move(run_dir)), socket_(loop), timer_(loop) {}

  void stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    waiting_.clear();
  }

  void ask(json request, std::string_view body, Done done) {
    if (waiting_.size() >= kMaxApiRequests) {
      return done(fail(ErrorCode::kUnavailable, "too many requests wait for the supervisor"));
    }
    const std::uint64_t tag = ++last_tag_;
    request["command"] = "api";
    request["tag"] = tag;
    if (const auto sent = send(request, body); !sent) {
      return done(tl::unexpected<Error>(sent.error()));
    }
    waiting_.emplace(tag, Question{std::move(done), monotonic_now() + kApiPatience});
    watch_time();
  }

 private:
  struct Question {
    Done done;
    MonotonicTime until;
  };

  Result<void> send(const json& request, std::string_view body) {
    FLU_TRY(connect());
    UniqueFd file;
    std::vector<int> fds;
    if (!body.empty()) {
      FLU_TRY_ASSIGN(file, in_memory(body));
      fds.push_back(file.get());
    }
    const std::string text = request.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto sent = io::send_message(socket_.native_handle(), as_bytes(text), fds);
    if (!sent) {
      lose();
      return tl::unexpected<Error>(sent.error());
    }
    if (!*sent) return fail(ErrorCode::kUnavailable, "the supervisor does not read its commands");
    return {};
  }

  Result<void> connect() {
    if (socket_.is_open()) return {};
    auto fd = io::connect_unix(run_dir_.control_socket(), io::UnixType::kSeqPacket);
    if (!fd) return fail(ErrorCode::kUnavailable, "the supervisor does not run");
    boost::system::error_code error;
    socket_.assign(fd->get(), error);
    if (error) return fail(ErrorCode::kUnavailable, error.message());
    fd->release();
    receive();
    return {};
  }

  void receive() {
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& error) {
                         const auto self = weak.lock();
                         if (!error && self) self->read();
                       });
  }

  void read() {
    while (socket_.is_open()) {
      const auto message = io::receive_message(socket_.native_handle(), kMaxReply);
      if (!message) return lose();
      if (!*message) break;
      json reply = json::parse((*message)->data.begin(), (*message)->data.end(), nullptr, false);
      if (reply.is_object()) answer(std::move(reply));
    }
    if (socket_.is_open()) receive();
  }

  void answer(json reply) {
    const auto tag = reply.find("tag");
    if (tag == reply.end() || !tag->is_number_unsigned()) return;
    auto question = waiting_.extract(tag->get<std::uint64_t>());
    if (!question.empty()) question.mapped().done(std::move(reply));
  }

  void lose() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    for (auto& [tag, question] : std::exchange(waiting_, {})) {
      question.done(fail(ErrorCode::kUnavailable,
                         "the supervisor ended before it answered: it may have done it"));
    }
  }

  void watch_time() {
    if (std::exchange(is_watching_, true)) return;
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || !self) return;
      self->is_watching_ = false;
      self->give_up_late(monotonic_now());
      if (!self->waiting_.empty()) self->watch_time();
    });
  }

  void give_up_late(MonotonicTime now) {
    while (!waiting_.empty() &&
           waiting_.begin()->second.until <= now) {  // tags are in time's order
      auto question = waiting_.extract(waiting_.begin());
      question.mapped().done(
          fail(ErrorCode::kUnavailable, "the supervisor does not answer: it may do it yet"));
    }
  }

  service::RunDir run_dir_;
  boost::asio::posix::stream_descriptor socket_;
  boost::asio::steady_timer timer_;
  std::map<std::uint64_t, Question> waiting_;
  std::uint64_t last_tag_ = 0;
  bool is_watching_ = false;
};

SupervisorLink::SupervisorLink(boost::asio::io_context& loop, service::RunDir run_dir)
    : impl_(std::make_shared<Impl>(loop, std::move(run_dir))) {}

SupervisorLink::~SupervisorLink() {
  impl_->stop();
}

void SupervisorLink::ask(json request, std::string_view body, Done done) {
  impl_->ask(std::move(request), body, std::move(done));
}

}  // namespace flu::serve
