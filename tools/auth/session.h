#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "libcommon/base/clock.h"

namespace flu::auth {

// What a worker of flu-serve says of who wants to watch.
struct Viewer {
  std::string name;  // of the stream
  std::string ip;
  std::string type;  // hls, dash, mpegts, mseld; "" for a segment, which may be of hls or dash
  std::string token;
  std::string user_agent;
  std::string referer;
  bool is_endless = false;  // one connection, which is the session
};

// A session as one worker sees it: requests of one viewer may reach several.
struct PartId {
  std::uint64_t worker = 0;  // a connection to us, never used twice
  std::uint64_t number = 0;  // the worker's own

  bool operator==(const PartId&) const = default;
  bool operator<(const PartId& other) const {
    return std::tie(worker, number) < std::tie(other.worker, other.number);
  }
};

struct Part {
  PartId id;
  std::uint64_t bytes = 0;
};

struct Session {
  std::uint64_t number = 0;  // ours, in the order of opening
  std::string id;            // 40 hex digits, the same for who comes again
  std::int64_t created_ms = 0;
  Viewer viewer;
  std::vector<Part> parts;
  std::uint64_t past_bytes = 0;  // of parts that are gone
  MonotonicTime left{};          // since there are none

  [[nodiscard]] std::string session_id() const;  // unique: id-created_at
  [[nodiscard]] std::uint64_t bytes() const;
};

// SHA-1 over what makes a viewer the same to who counts them.
std::string make_session_id(const Viewer& viewer);

}  // namespace flu::auth
