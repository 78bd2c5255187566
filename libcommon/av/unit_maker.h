#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/av/decode_times.h"
#include "libcommon/av/packet.h"
#include "libcommon/av/packet_framer.h"
#include "libcommon/av/source_clock.h"
#include "libcommon/media/sample.h"

namespace flu::av {

// The packets of a container as tracks and samples, in the source's own time (SourceClock). Pure.
class UnitMaker {
 public:
  struct Settings {
    bool is_live = false;          // nothing is held up to learn the order of pictures
    bool may_get_streams = false;  // the container names its streams as they come
    bool allow_subtitles = true;
  };

  explicit UnitMaker(const Settings& settings) : settings_(settings) {}

  // A stream, or what is known better of one that gave nothing yet.
  void know(const StreamInfo& info);
  void feed(const Packet& packet);
  void finish();
  std::optional<media::Unit> next();

  [[nodiscard]] bool has_tracks() const { return !tracks_.empty(); }

  // Streams that are left out and why, told once each: "stream 2, pcm_mulaw: not carried".
  std::vector<std::string> take_notes();
  // Everything that was found, for the message that nothing of it can be carried.
  [[nodiscard]] std::string found() const;

 private:
  struct Lane {
    StreamInfo info;
    std::unique_ptr<PacketFramer> framer;  // none: left out
    DecodeTimes times{1};
    bool is_video = false;
    bool is_text = false;
    bool has_packets = false;
    bool has_times = false;
    bool has_dts = false;
    std::uint32_t revision = 0;  // announced
    std::uint64_t bad_packets = 0;
  };

  Lane* find(unsigned index);
  void take_samples(Lane& lane);
  void advance_text();
  void emit(Lane& lane, media::Sample sample);
  [[nodiscard]] bool is_complete() const;
  void announce();
  [[nodiscard]] media::Track track_of(const Lane& lane) const;
  void leave_out(const Lane& lane, const std::string& why);

  Settings settings_;
  SourceClock clock_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  media::Tracks tracks_;
  bool is_announced_ = false;
  std::optional<media::Timestamp> first_;  // of what waits for the tracks to be known
  media::Timestamp newest_{0};
  std::deque<media::Sample> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::deque<media::Unit> ready_;
  std::vector<std::string> notes_;
};

}  // namespace flu::av
