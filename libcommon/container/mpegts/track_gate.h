#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "libcommon/container/mpegts/ts_reader.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::container::mpegts {

// A track that the PMT announces and that has not described itself yet.
struct ExpectedTrack {
  std::uint32_t id = 0;
  media::TrackKind kind = media::TrackKind::kVideo;
  std::uint32_t generation = 0;  // another one: its coding changed, what it said is void

  bool operator==(const ExpectedTrack&) const = default;
};

// Holds samples back until the tracks that they belong to can be announced, and no longer.
class TrackGate {
 public:
  // The tracks from here on. Those that stay keep their description; where a new one came the gate
  // closes until it has described itself or its time is up.
  void expect(const std::vector<ExpectedTrack>& tracks);

  [[nodiscard]] bool is_open() const { return is_open_; }

  // While the gate is closed: bytes of a track came, whether they make sense or not.
  void note_bytes(std::uint32_t id, std::size_t count);

  // A track described itself, first or anew. Samples added before belong to the description before.
  void describe(const media::Track& track);

  void add(media::Sample sample);
  void add(media::Event event);

  // The end of the input: what has described itself by now is announced.
  void flush();

  std::optional<media::Unit> next();

 private:
  struct Slot {
    ExpectedTrack expected;
    std::optional<media::Track> track;
    bool has_bytes = false;
  };

  Slot* find(std::uint32_t id);
  void hold(media::Unit unit);
  void try_open();
  [[nodiscard]] bool can_open() const;
  [[nodiscard]] bool has_described_av() const;
  void open();
  void announce();
  void drop_stale();
  void drop_void(const std::vector<Slot>& next);
  void note_time(media::Timestamp time);

  std::vector<Slot> slots_;
  bool is_open_ = false;
  std::deque<media::Unit> held_;
  std::size_t held_bytes_ = 0;

  // Since the first audio or video track described itself while the gate was closed.
  std::size_t waited_bytes_ = 0;
  std::optional<media::Timestamp> wait_start_;
  media::Timestamp wait_end_{0};

  std::vector<media::Unit> ready_;
  std::size_t next_ready_ = 0;
};

}  // namespace flu::container::mpegts
