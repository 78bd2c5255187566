#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libcommon/base/unique_fd.h"

namespace flu::supervisor {

// What happened, newest last: the latest in memory, more of it in a file of bounded size. A journal
// on files of a former one goes on where that ended.
class Journal {
 public:
  using Listener = std::function<void(const nlohmann::json&)>;

  // `path` is RUN_DIR/state/events.jsonl; PATH.1 holds what was before.
  explicit Journal(std::string path);

  // {"event": name, "event_id": next, "level": ..., "server": host, "utc": now in seconds,
  // "utc_ms": now, ...fields}; a field "utc_ms" is kept. Ids never go back, also not when the files
  // are lost.
  void add(std::string_view name, nlohmann::json fields);

  [[nodiscard]] const std::deque<nlohmann::json>& latest() const { return latest_; }
  void on_event(Listener listener) { listener_ = std::move(listener); }

 private:
  void read_former(const std::string& path);
  void finish_line();
  void write(const std::string& line);

  std::string path_;
  UniqueFd file_;
  std::size_t size_ = 0;
  std::string server_;
  std::int64_t last_id_ = 0;
  std::deque<nlohmann::json> latest_;
  Listener listener_;
};

}  // namespace flu::supervisor
