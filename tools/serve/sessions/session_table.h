#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcommon/base/clock.h"

namespace flu::serve {

class Connection;

// Who asks for a stream.
struct Viewer {
  std::string stream;
  std::string ip;
  // hls, dash, mpegts, mseld ...; "" for what may be of several, as a segment of hls and dash is.
  std::string_view type;  // a constant
  std::string token;
  std::string user_agent;
  std::string referer;
  bool is_endless = false;  // the connection is the session
};

// The same, as a request has it: it is looked for with every request, and kept only when it is new.
struct Asking {
  std::string_view stream;
  std::string_view ip;
  std::string_view type;  // a constant
  std::string token;
  std::string_view user_agent;
  std::string_view referer;
  bool is_endless = false;
};

// One viewer in this worker, as flu-auth decided.
struct WorkerSession {
  enum class State { kAsked, kAllowed, kRefused };

  std::uint64_t number = 0;  // what flu-auth knows it by
  Viewer viewer;
  State state = State::kAsked;
  unsigned status = 403;  // of a refusal
  std::string reason;
  std::string id;    // "": flu-auth does not know it
  std::string type;  // what it turned out to be
  std::int64_t created_ms = 0;
  std::uint64_t bytes = 0;
  unsigned answers = 0;   // under way
  bool is_dirty = false;  // bytes to report
  bool is_gone = false;   // from the table
  MonotonicTime used_at{};
  MonotonicTime good_until{};  // then flu-auth is asked again
  MonotonicTime asked_at{};
  std::vector<std::function<void()>> waiting;                 // for the decision
  std::vector<std::weak_ptr<Connection>> endless;             // to be cut when it is revoked
  std::list<std::shared_ptr<WorkerSession>>::iterator place;  // in the table's order

  [[nodiscard]] std::string session_id() const;  // "" when there is no id
};

// The sessions of a worker: found by who asks, forgotten when nobody does. Pure.
class SessionTable {
 public:
  using Found = std::shared_ptr<WorkerSession>;

  // nullptr: kMaxWorkerSessions are there, or kMaxWorkerSessionText. A new one is in state kAsked
  // with an asked_at of zero.
  Found find_or_make(const Asking& viewer, MonotonicTime now);
  [[nodiscard]] Found find(std::uint64_t number) const;

  void touch(WorkerSession& session, MonotonicTime now);
  void remove(WorkerSession& session);

  // Takes out what nobody asked for since kClientMemory.
  std::vector<Found> take_idle(MonotonicTime now);

  [[nodiscard]] const std::unordered_map<std::uint64_t, Found>& all() const { return sessions_; }

 private:
  std::unordered_map<std::uint64_t, Found> sessions_;       // by number
  std::unordered_map<std::string, WorkerSession*> by_key_;  // those that are joined
  std::unordered_map<std::string, WorkerSession*> newest_;  // by stream and address
  std::list<Found> order_;                                  // by use, the longest ago first
  std::uint64_t last_number_ = 0;
  std::size_t text_ = 0;  // bytes of what clients wrote
};

}  // namespace flu::serve
