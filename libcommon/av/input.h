#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcommon/av/packet.h"
#include "libcommon/base/result.h"

namespace flu::av {

struct InputSettings {
  std::string url;     // libav's
  std::string format;  // of the container; "": it is found out
  std::vector<std::pair<std::string, std::string>> options;
  std::string protocols;  // the only ones that anything it refers to may use, "http,tcp"
  std::string formats;    // the only ones that it may turn out to be
  std::chrono::milliseconds open_timeout{20'000};
  std::chrono::milliseconds read_timeout{60'000};
  bool is_live = false;
  const std::atomic<bool>* stop = nullptr;

  // A connection to `url`, or to where that led, ended since this host's certificate is not
  // accepted; `said` are libav's words.
  std::function<Error(const std::string& url, const std::string& host, const std::string& said)>
      explain_refusal;

  // Given every playlist before libav reads it: what it is to read. nullopt: the same again a
  // little later.
  std::function<Result<std::optional<std::string>>(const std::string& url, std::string text)>
      on_playlist;
};

// A container behind libavformat: its packets as they are stored, neither parsed nor decoded.
class Input {
 public:
  // Errors tell the cause, not the URL.
  static Result<std::unique_ptr<Input>> open(const InputSettings& settings);
  ~Input();
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  [[nodiscard]] std::size_t stream_count() const;
  [[nodiscard]] StreamInfo stream(std::size_t index) const;
  [[nodiscard]] bool may_get_streams() const;

  // nullopt: the end. kCancelled: stopped.
  Result<std::optional<Packet>> read();

 private:
  class Impl;
  explicit Input(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace flu::av
