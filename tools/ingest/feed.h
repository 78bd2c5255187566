#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "tools/ingest/key_gate.h"
#include "tools/ingest/source.h"

namespace flu::ingest {

// One life of one source, from its start to its end.
class Feed {
 public:
  struct Handlers {
    std::function<void(Feed&, Units&, const media::Arrival&)> on_units;
    std::function<void(Feed&, const std::string& reason)> on_restart;
    // Once, from the loop: the feed may be destroyed in it.
    std::function<void(Feed&, const Result<>&)> on_end;
    std::function<bool()> is_full;
  };

  // `number`: which of the sources this is.
  Feed(boost::asio::io_context& loop, const SourceUrl& url, const SourceSettings& settings,
       std::size_t number);
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  void start(Handlers handlers);
  void resume() { source_->resume(); }
  void share() { source_->share(); }

  // As if it had ended by itself, for a reason that its user sees.
  void end(Result<> result);

  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] const SourceUrl& url() const { return url_; }
  [[nodiscard]] media::Pacing pacing() const { return source_->pacing(); }
  [[nodiscard]] SourceCounters counters() const { return source_->counters(); }

  [[nodiscard]] bool has_frames() const { return has_frames_; }
  [[nodiscard]] MonotonicTime started() const { return started_; }
  [[nodiscard]] MonotonicTime first_frame() const { return first_frame_; }  // of has_frames()
  [[nodiscard]] MonotonicTime last_frame() const { return last_frame_; }    // else the start

  KeyGate gate;            // what it gave while it was not shown
  bool is_ready = false;   // its first frames have been told
  bool is_shown = false;   // its units go to the output
  bool is_silent = false;  // frames_timeout has passed
  bool is_chosen = false;  // by an operator

 private:
  void note(const Units& units, const media::Arrival& arrival);

  boost::asio::io_context& loop_;
  const SourceUrl& url_;
  std::size_t number_;
  std::unique_ptr<Source> source_;
  Handlers handlers_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  bool has_ended_ = false;
  bool has_frames_ = false;
  MonotonicTime started_{};
  MonotonicTime first_frame_{};
  MonotonicTime last_frame_{};
};

}  // namespace flu::ingest
