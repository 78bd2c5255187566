#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "tools/serve/sessions/auth_link.h"

namespace flu::serve {

// Lists of all sessions that somebody asked for, which flu-auth sends page by page.
class SessionLists {
 public:
  using Done = std::function<void(Result<nlohmann::json>)>;

  explicit SessionLists(AuthLink& link) : link_(&link) {}

  // {"sessions": [...]} of one stream, or of all where it is "". kUnavailable: nobody to ask, or
  // kMaxApiRequests ask already.
  void ask(const std::string& stream, Done done);

  void on_page(const nlohmann::json& message);
  void give_up(MonotonicTime now);  // those that flu-auth does not answer any more
  void on_lost();
  void clear() { lists_.clear(); }

 private:
  struct List {
    std::string stream;
    nlohmann::json sessions;
    Done done;
    MonotonicTime heard{};
  };

  void ask_page(std::uint64_t tag, const List& list, std::uint64_t after);

  AuthLink* link_;
  std::map<std::uint64_t, List> lists_;
  std::uint64_t last_tag_ = 0;
};

}  // namespace flu::serve
