#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "libcommon/event/filter.h"
#include "libcommon/event/types.h"
#include "tools/ctl/options.h"

namespace flu::ctl {

// The journal's lines as events, by their ids and each once. What is no event is passed over: a
// line may have been cut when its writer was killed.
std::vector<nlohmann::json> parse_events(std::string_view older, std::string_view newer);

// Which events a command wants.
class EventChoice {
 public:
  explicit EventChoice(const Options& options);
  [[nodiscard]] bool wants(const nlohmann::json& event) const;

 private:
  event::Filter filter_;
  event::Level level_;
};

// The names of --event that no event has; "" when all are good or hold a '*'.
std::string unknown_event(std::string_view names);

// "2026-11-22T07:10:05.123Z source_lost media=ort reason=..."
std::string event_line(const nlohmann::json& event);

// 0 where there is none.
std::int64_t id_of(const nlohmann::json& event);

}  // namespace flu::ctl
