#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/clock.h"

namespace flu::supervisor {

// Who needs which on-demand stream. A hold lives as long as its connection or until it is released;
// a touch counts as one client that came and went.
class Wants {
 public:
  using Holder = std::uint64_t;

  void hold(std::string_view stream, Holder holder, MonotonicTime now);
  void release(std::string_view stream, Holder holder, MonotonicTime now);
  void touch(std::string_view stream, MonotonicTime now);
  void close(Holder holder, MonotonicTime now);  // releases all of it
  void forget(std::string_view stream);          // the stream is gone or gave up

  [[nodiscard]] std::size_t holders(std::string_view stream) const;

  // Is it held, or was it used within `idle`?
  [[nodiscard]] bool is_wanted(std::string_view stream, std::chrono::milliseconds idle,
                               MonotonicTime now) const;

 private:
  struct Want {
    std::multiset<Holder> holders;
    MonotonicTime last_used{};
  };
  std::map<std::string, Want, std::less<>> wants_;
};

}  // namespace flu::supervisor
