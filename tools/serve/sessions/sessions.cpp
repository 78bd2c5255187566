// Tested by tests/e2e/serve/sessions-curl.sh
#include "tools/serve/sessions/sessions.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/base/check.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/coarse_clock.h"
#include "tools/serve/limits.h"
#include "tools/serve/sessions/auth_link.h"
#include "tools/serve/sessions/auth_messages.h"
#include "tools/serve/sessions/session_lists.h"

namespace flu::serve {
namespace {

using nlohmann::json;
using State = WorkerSession::State;
using Verdict = Sessions::Verdict;
using Session = SessionTable::Found;

constexpr std::size_t kBatch = 40;          // sessions in one message, of up to 4 KiB each
constexpr std::size_t kReportBatch = 2000;  // figures of sessions
constexpr std::size_t kStreamBatch = 200;

std::int64_t utc_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(coarse_wall_now().time_since_epoch())
      .count();
}

Response refusal(const WorkerSession& session) {
  return error_response(session.status, "You may not watch this: " + session.reason + ".");
}

}  // namespace

class Sessions::Impl : public std::enable_shared_from_this<Sessions::Impl> {
 public:
  Impl(boost::asio::io_context& loop, service::RunDir run_dir)
      : loop_(&loop),
        link_(loop, std::move(run_dir),
              {[this] { tell_all(); }, [this] { on_lost(); },
               [this](const json& message) { on_message(message); }}),
        timer_(loop) {}

  void start() {
    link_.try_connect(monotonic_now());
    tick();
  }

  void stop() {
    is_stopped_ = true;
    timer_.cancel();
    lists_.clear();
    // They hold connections, which hold their sessions.
    waiting_ = 0;
    for (const auto& [number, session] : table_.all()) session->waiting.clear();
    link_.close();
  }

  Verdict admit(const std::shared_ptr<Connection>& connection, const Asking& viewer) {
    const MonotonicTime now = coarse_monotonic_now();
    link_.try_connect(now);
    const Session session = table_.find_or_make(viewer, now);
    connection->set_account(std::make_shared<Watching>(*this, viewer.stream, session));
    if (session == nullptr) return Verdict::kYes;
    if (session->viewer.is_endless) session->endless.push_back(connection);
    if (session->state == State::kAsked && session->asked_at == MonotonicTime{}) begin(session);
    if (session->state == State::kAllowed) return Verdict::kYes;
    if (session->state == State::kRefused) {
      connection->respond(refusal(*session));
      return Verdict::kAnswered;
    }
    if (waiting_ >= kMaxWaiting) return Verdict::kYes;
    undecided_ = session;
    return Verdict::kUndecided;
  }

  void when_decided(const std::shared_ptr<Connection>& connection, std::function<void()> go_on) {
    const Session session = std::exchange(undecided_, nullptr);
    FLU_CHECK(session != nullptr);
    ++waiting_;
    session->waiting.emplace_back(
        [connection, weak = std::weak_ptr(session), go_on = std::move(go_on)] {
          const auto decided = weak.lock();
          if (connection->is_closed()) return;
          if (decided && decided->state == State::kRefused) {
            return connection->respond(refusal(*decided));
          }
          go_on();
        });
  }

  void list(const std::string& stream, Done done) {
    link_.try_connect(monotonic_now());
    lists_.ask(stream, std::move(done));
  }

 private:
  struct Tally {
    std::uint64_t bytes = 0;
    std::int64_t last_access_ms = 0;
    bool is_changed = false;
  };
  // What a request brought its viewer.
  class Watching final : public Account {
   public:
    Watching(Impl& sessions, std::string_view stream, Session session)
        : sessions_(sessions.weak_from_this()), stream_(stream), session_(std::move(session)) {
      if (session_) ++session_->answers;
    }
    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;
    ~Watching() override {
      if (!session_) return;
      --session_->answers;
      if (const auto sessions = sessions_.lock()) sessions->answered(session_);
    }

    void answered(unsigned status) override {
      const auto sessions = sessions_.lock();
      if (status >= 400 || !sessions || tally_ != nullptr) return;
      // Only made for names that were answered: there are no more of them than streams.
      tally_ = &sessions->tallies_[stream_];
      tally_->last_access_ms = utc_ms();
      tally_->is_changed = true;
    }

    void sent(std::size_t bytes) override {
      const auto sessions = sessions_.lock();
      if (!sessions) return;
      if (tally_ != nullptr) {
        tally_->bytes += bytes;
        tally_->is_changed = true;
      }
      if (!session_) return;
      session_->bytes += bytes;
      if (!std::exchange(session_->is_dirty, true)) sessions->dirty_.push_back(session_);
    }

    [[nodiscard]] std::int64_t began_ms() const override {
      return session_ ? session_->created_ms : 0;
    }
    [[nodiscard]] std::string session_id() const override {
      return session_ ? session_->session_id() : "";
    }
    [[nodiscard]] std::string_view protocol() const override {
      return session_ ? std::string_view(session_->type) : std::string_view();
    }

   private:
    std::weak_ptr<Impl> sessions_;
    std::string stream_;
    Session session_;
    Tally* tally_ = nullptr;
  };

  void begin(const Session& session) {
    const MonotonicTime now = monotonic_now();
    session->asked_at = now;
    if (!link_.is_open()) return allow_alone(*session);
    ask(session);
  }

  // Nobody to ask: the session is made here, and told when somebody comes.
  static void allow_alone(WorkerSession& session) {
    session.state = State::kAllowed;
    if (session.created_ms == 0) session.created_ms = utc_ms();
    session.good_until = MonotonicTime::max();
  }

  // All that came in one round of the loop go in few messages.
  void ask(const Session& session) {
    asking_.push_back(session);
    if (asking_.size() > 1) return;
    boost::asio::post(*loop_, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->send_questions();
    });
  }

  void send_questions() {
    json batch = json::array();
    for (const Session& session : std::exchange(asking_, {})) {
      if (!session->is_gone) batch.push_back(describe_session(*session));
      if (batch.size() < kBatch) continue;
      link_.send({{"type", "open"}, {"sessions", std::exchange(batch, json::array())}});
    }
    if (!batch.empty()) link_.send({{"type", "open"}, {"sessions", std::move(batch)}});
  }

  void answered(const Session& session) {
    if (!session->viewer.is_endless) return table_.touch(*session, coarse_monotonic_now());
    if (session->is_gone || session->answers > 0) return;
    report(session);
    forget(*session);
  }

  // Out of the table, and flu-auth is told.
  void forget(WorkerSession& session) {
    table_.remove(session);
    if (link_.is_open()) left_.push_back(session.number);
    if (left_.size() >= kReportBatch) send_left();
  }

  void send_left() {
    if (left_.empty()) return;
    link_.send({{"type", "left"}, {"numbers", std::exchange(left_, {})}});
  }

  void report(const Session& session) {
    if (session->is_dirty) figures_.push_back({session->number, session->bytes});
    session->is_dirty = false;
  }

  // Everything that flu-auth has to know, when it is there anew.
  void tell_all() {
    asking_.clear();
    left_.clear();
    for (const auto& [number, session] : table_.all()) asking_.push_back(session);
    for (auto& [name, tally] : tallies_) tally.is_changed = true;
    send_questions();
  }

  void on_lost() {
    lists_.on_lost();
    release_waiting(MonotonicTime::max());
  }

  // Who was asked about before `until` is not kept waiting.
  void release_waiting(MonotonicTime until) {
    if (waiting_ == 0) return;
    std::vector<Session> late;
    for (const auto& [number, session] : table_.all()) {
      if (session->state == State::kAsked && session->asked_at < until) late.push_back(session);
    }
    for (const Session& session : late) {
      allow_alone(*session);
      decided(*session);
    }
  }

  void decided(WorkerSession& session) {
    const auto waiting = std::exchange(session.waiting, {});
    waiting_ -= waiting.size();
    for (const auto& go_on : waiting) go_on();
  }

  void on_message(const json& message) {
    const std::string type = value_of(message, "type", std::string());
    if (type == "opened") on_opened(message);
    if (type == "revoke") on_revoked(message);
    if (type == "sessions") lists_.on_page(message);
  }

  void on_opened(const json& message) {
    const auto decisions = message.find("sessions");
    if (decisions == message.end() || !decisions->is_array()) return;
    const MonotonicTime now = monotonic_now();
    for (const json& decision : *decisions) {
      if (!decision.is_object()) continue;
      const Session session = table_.find(value_of(decision, "n", std::uint64_t{0}));
      if (!session) continue;
      take_decision(*session, decision, now);
      decided(*session);
      if (session->state == State::kRefused) cut_off(*session);
    }
  }

  static void cut_off(WorkerSession& session) {
    for (const auto& weak : std::exchange(session.endless, {})) {
      const auto connection = weak.lock();
      if (connection && connection->is_endless()) connection->close();
    }
  }

  // Ended by somebody: who asks again begins a new session.
  void on_revoked(const json& message) {
    const auto numbers = message.find("numbers");
    if (numbers == message.end() || !numbers->is_array()) return;
    for (const json& number : *numbers) {
      const Session session =
          number.is_number_unsigned() ? table_.find(number.get<std::uint64_t>()) : nullptr;
      if (!session) continue;
      table_.remove(*session);
      cut_off(*session);
      if (session->waiting.empty()) continue;
      // The decision that they wait for would find nobody any more.
      session->state = State::kRefused;
      session->reason = "the session was ended";
      decided(*session);
    }
  }

  void tick() {
    const MonotonicTime now = monotonic_now();
    link_.try_connect(now);
    release_waiting(now - kAuthPatience);
    for (const Session& session : table_.take_idle(now)) {
      report(session);
      if (link_.is_open()) left_.push_back(session->number);
    }
    ask_again(now);
    send_report();
    lists_.give_up(now);
    timer_.expires_after(std::chrono::seconds(1));
    timer_.async_wait([weak = weak_from_this()](const auto& error) {
      const auto self = weak.lock();
      if (!error && self && !self->is_stopped_) self->tick();
    });
  }

  // What flu-auth said holds for a time. Who was refused is forgotten then, and asks anew.
  void ask_again(MonotonicTime now) {
    if (++ticks_ % 5 != 0 || !link_.is_open()) return;
    std::vector<Session> refused;
    for (const auto& [number, session] : table_.all()) {
      if (session->state == State::kAsked || now < session->good_until) continue;
      if (session->state == State::kRefused) {
        refused.push_back(session);
      } else {
        session->good_until = now + kAuthPatience;
        ask(session);
      }
    }
    for (const Session& session : refused) table_.remove(*session);
  }

  void send_report() {
    for (const auto& session : std::exchange(dirty_, {})) report(session);
    if (!link_.is_open()) return figures_.clear();
    json figures = json::array();
    for (const auto& [number, bytes] : std::exchange(figures_, {})) {
      figures.push_back({number, bytes});
      if (figures.size() < kReportBatch) continue;
      link_.send({{"type", "report"}, {"bytes", std::exchange(figures, json::array())}});
    }
    json streams = json::object();
    const auto send = [&] {
      link_.send({{"type", "report"},
                  {"bytes", std::exchange(figures, json::array())},
                  {"streams", std::exchange(streams, json::object())}});
    };
    for (auto& [name, tally] : tallies_) {
      if (!std::exchange(tally.is_changed, false)) continue;
      streams[name] = {tally.bytes, tally.last_access_ms};
      if (streams.size() == kStreamBatch) send();
    }
    if (!figures.empty() || !streams.empty()) send();
    send_left();
  }

  boost::asio::io_context* loop_;
  AuthLink link_;
  SessionLists lists_{link_};
  SessionTable table_;
  boost::asio::steady_timer timer_;
  std::map<std::string, Tally, std::less<>> tallies_;
  std::vector<Session> asking_;
  std::vector<Session> dirty_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> figures_;
  std::vector<std::uint64_t> left_;
  Session undecided_;  // between admit() and when_decided()
  std::size_t waiting_ = 0;
  unsigned ticks_ = 0;
  bool is_stopped_ = false;
};

Sessions::Sessions(boost::asio::io_context& loop, service::RunDir run_dir)
    : impl_(std::make_shared<Impl>(loop, std::move(run_dir))) {
  impl_->start();
}

Sessions::~Sessions() {
  impl_->stop();
}

Sessions::Verdict Sessions::admit(const std::shared_ptr<Connection>& connection,
                                  const Asking& viewer) {
  return impl_->admit(connection, viewer);
}

void Sessions::when_decided(const std::shared_ptr<Connection>& connection,
                            std::function<void()> go_on) {
  impl_->when_decided(connection, std::move(go_on));
}

void Sessions::list(const std::string& stream, Done done) {
  impl_->list(stream, std::move(done));
}

}  // namespace flu::serve
