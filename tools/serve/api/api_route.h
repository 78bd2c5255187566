#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flu::serve {

// A request to the HTTP API.
struct ApiRoute {
  enum class Kind {
    kServer,
    kMedia,
    kMediaInfo,
    kViewerMediaInfo,  // /NAME/media_info.json
    kInputMediaInfo,
    kStreamHealth,
    kSessions,
    kMetrics,  // /metrics
    kChange,   // is forwarded to the supervisor: `call`
    kNotYet,   // documented, not done
    kUnknown,  // below the API's prefix, but nothing of it
  };
  Kind kind = Kind::kUnknown;
  std::string_view call;  // a constant: "reload", "stream_create"
  std::string name;       // of a stream, as the address has it

  bool operator==(const ApiRoute&) const = default;
};

// `path` is decoded. nullopt: not the API's.
std::optional<ApiRoute> parse_api_route(std::string_view path);

}  // namespace flu::serve
