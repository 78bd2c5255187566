#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "libcommon/base/bytes.h"
#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "libcommon/media/track.h"
#include "libcommon/store/window_reader.h"
#include "tools/thumb/conf.h"

namespace flu::thumb {

// A key frame as it stands in the window.
struct KeyFrame {
  media::Track track;
  Buffer sample;
};

// One stream whose pictures are made: what of its window is new, and its file.
class Stream {
 public:
  Stream(StreamConf conf, std::string folder);

  [[nodiscard]] const StreamConf& conf() const { return conf_; }
  [[nodiscard]] bool is_fetched() const { return !conf_.url.empty(); }

  // A segment began of which there is no picture yet. Looks at the window now and then.
  bool is_due(MonotonicTime now);

  // The first key frame of the newest segment; it is due no more. kNotFound: it is gone again.
  Result<KeyFrame> take_key_frame();
  void skip() { done_ = newest_; }  // a picture from elsewhere is fetched for it

  // Checks the picture and replaces NAME's file with it.
  Result<void> keep(Bytes jpeg);
  void failed(const Error& error, MonotonicTime now);
  void remove() const;  // the file: nobody renews it any more

  void ask(MonotonicTime now);  // somebody wants to see it
  bool is_busy = false;         // a job of it runs

 private:
  bool look();
  [[nodiscard]] const segment::IndexRecord* newest_record() const;
  [[nodiscard]] std::string path() const;

  StreamConf conf_;
  std::string folder_;
  std::optional<store::WindowReader> reader_;
  const store::WindowSnapshot* window_ = nullptr;  // the reader's
  std::int64_t newest_ = 0;                        // start of the segment that it would be of
  std::int64_t done_ = 0;
  MonotonicTime look_at_{};
  MonotonicTime asked_until_{};
  MonotonicTime not_before_{};
  unsigned failures_ = 0;  // in a row
};

}  // namespace flu::thumb
