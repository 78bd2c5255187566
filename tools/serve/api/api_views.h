#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace flu::serve {

// The state files in the form that the HTTP API has.

// Since frames came to a stream; nullopt: it has no source at this time.
using FrameAge = std::function<std::optional<std::chrono::milliseconds>(std::string_view stream)>;

// The time of the answer, and what the files do not say.
struct ApiMoment {
  std::int64_t utc_ms = 0;
  FrameAge frame_age;
};

// A stream of streams.json; nullptr: there is none of that name.
const nlohmann::json* find_stream(const nlohmann::json& streams, std::string_view name);

// stream_health's limit: a stream is healthy when its newest frame is younger.
inline constexpr std::chrono::milliseconds kHealthyAge{1000};

nlohmann::json server_view(const nlohmann::json& server, const nlohmann::json& streams,
                           const nlohmann::json& clients, const ApiMoment& moment);
nlohmann::json media_view(const nlohmann::json& streams, const nlohmann::json& clients,
                          const ApiMoment& moment);
// As the hub reports it; an empty list of tracks while there are none.
nlohmann::json media_info_view(const nlohmann::json& stream);

}  // namespace flu::serve
