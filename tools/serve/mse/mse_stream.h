#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/track.h"

namespace flu::serve {

// A track as the clients of MSE-LD know it: its id is its place in the list, from 1 on.
struct MseTrack {
  std::string name;         // "v1", as in the addresses of playlists
  media::Track track;       // with that id
  std::uint32_t source_id;  // what the stream calls it
  std::string mime_type;
  std::string init;  // ftyp and moov of it alone, in base64
};

// The tracks that clients may choose from, videos first, until they change.
struct MseProgram {
  std::vector<MseTrack> tracks;

  // By kind and number, as in "v2"; 0 where there is none.
  [[nodiscard]] unsigned find(char letter, unsigned number) const;
  [[nodiscard]] unsigned first(media::TrackKind kind) const;
};

using SharedBytes = std::shared_ptr<const Buffer>;

// One message of media: a frame of video or some of audio.
struct MseFrame {
  SharedBytes bytes;  // as it goes over the WebSocket
  std::shared_ptr<const MseProgram> program;
  unsigned track = 0;       // its id
  std::uint64_t epoch = 0;  // another one: what comes does not follow what came
  bool is_key = false;
  media::Timestamp dts{0};
  media::Timestamp end{0};
};

// Flu stream units to messages of MSE-LD, made once for all clients, the newest of them numbered.
// Pure.
class MseStream {
 public:
  explicit MseStream(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  Result<void> add(const container::StreamUnit& unit);
  void restart();  // what comes now does not follow what came
  void clear();    // numbers go on

  // Forgets what is before the newest key frame of every track and before `needed`.
  void trim(std::uint64_t needed);

  // Null until the tracks are known.
  [[nodiscard]] const std::shared_ptr<const MseProgram>& program() const { return program_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::uint64_t end() const { return first_ + frames_.size(); }
  [[nodiscard]] const MseFrame* find(std::uint64_t number) const;
  // The newest key frame of a track of program(); nothing when it is not there any more.
  [[nodiscard]] std::optional<std::uint64_t> newest_key(unsigned track) const;
  // The newest one at or before `number`.
  [[nodiscard]] std::optional<std::uint64_t> key_before(unsigned track, std::uint64_t number) const;
  // Bits a second of what is there; 0 where that is too little to tell.
  [[nodiscard]] std::uint64_t bit_rate(unsigned track) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  void change_tracks(const media::Tracks& tracks);
  void add_frame(unsigned track, const container::Fragment& fragment,
                 std::span<const container::SampleEntry> samples);
  void drop_first();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  media::Tracks tracks_;
  std::shared_ptr<const MseProgram> program_;
  std::uint64_t epoch_ = 0;
  std::uint32_t sequence_ = 0;
  std::uint64_t first_ = 0;
  std::deque<MseFrame> frames_;
  std::array<std::optional<std::uint64_t>, 64> newest_keys_;  // by track
};

}  // namespace flu::serve
