#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libcommon/base/clock.h"
#include "tools/auth/policy.h"
#include "tools/auth/session.h"

namespace flu::auth {

// Who watches what, over all workers. Pure: time comes as a parameter.
class Registry {
 public:
  struct Moment {
    MonotonicTime monotonic{};
    std::int64_t utc_ms = 0;
  };
  // What a worker had before it lost us, or we were started anew.
  struct Known {
    std::int64_t created_ms = 0;
    std::uint64_t bytes = 0;
  };
  struct Decision {
    const Session* session = nullptr;  // nullptr: refused, or let in uncounted
    bool is_allowed = true;
    std::string reason;  // of a refusal
  };
  using Told = std::function<void(const Session&)>;

  // `opened` and `closed` are called for each session that begins and ends.
  Registry(Told opened, Told closed, std::size_t max_sessions)
      : opened_(std::move(opened)), closed_(std::move(closed)), max_sessions_(max_sessions) {}

  void set_policy(Policy policy) { policy_ = std::move(policy); }

  // A viewer that the worker does not know, or asks about again. Who is known goes on whatever the
  // limits are by now.
  Decision open(PartId part, const Viewer& viewer, const Moment& now,
                const std::optional<Known>& known = std::nullopt);
  void report(PartId part, std::uint64_t bytes);
  void close(PartId part, const Moment& now);  // the viewer has left that worker
  void drop(std::uint64_t worker, const Moment& now);
  // Ends what nobody asked about for kIdleTime.
  void expire(const Moment& now);

  // Ends the sessions of that id or session_id; what their workers have of them.
  std::vector<PartId> revoke(std::string_view id, std::size_t& count);

  // In the order of opening, behind the session of that number; of one stream, unless "".
  [[nodiscard]] std::vector<const Session*> list(std::uint64_t after, std::string_view name,
                                                 std::size_t max) const;
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] std::uint64_t uncounted() const { return uncounted_; }
  [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& clients() const {
    return clients_;
  }

 private:
  using Sessions = std::map<std::uint64_t, Session>;

  Session* find_open(const Viewer& viewer, const std::optional<Known>& known);
  Session& make(const Viewer& viewer, const Moment& now, const std::optional<Known>& known);
  std::string refusal(const Viewer& viewer) const;
  void join(Session& session, PartId part, std::uint64_t bytes);
  void leave(Session& session, PartId part, const Moment& now);
  void end(Sessions::iterator place);
  void forget_keys(const Session& session);

  Told opened_;
  Told closed_;
  std::size_t max_sessions_;
  Policy policy_;
  Sessions sessions_;  // by number
  std::uint64_t last_number_ = 0;
  std::uint64_t uncounted_ = 0;
  std::map<PartId, std::uint64_t> parts_;                         // the session's number
  std::unordered_map<std::string, std::uint64_t> by_session_id_;  // the same
  std::unordered_map<std::string, std::uint64_t> by_key_;         // of those that are joined
  std::unordered_map<std::string, std::uint64_t> newest_;         // by stream and address
  std::map<std::string, std::size_t, std::less<>> clients_;       // by stream
};

}  // namespace flu::auth
