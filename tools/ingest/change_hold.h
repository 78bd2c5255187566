#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "libcommon/link/unit_writer.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::ingest {

// Makes one change of tracks of several that follow each other. A source that goes over to another
// programme shows its new picture first and its new sound some tenths of a second later, and each
// is a change: a reader would have to begin anew twice, in between without sound.
//
// From a change of audio or video on (not the first tracks, which are waited for elsewhere), or a
// jump of the source's times, units are held until each such track has either changed too or gone
// on past it, kMaxChangeHold at most. Then come what belongs to the tracks before, the one change,
// and the rest. Nothing is lost. Times are UTC. Pure.
class ChangeHold {
 public:
  struct Item {
    media::Unit unit;
    link::FragmentContext context;
  };
  using Items = std::vector<Item>;

  // False: it may go on at once, and need not be added.
  [[nodiscard]] bool wants(const media::Unit& unit) const;

  // The source's times jump with the next sample: a track that comes later may change.
  void note_jump();

  // Takes the next unit; gives to `out` what may go on now, in order.
  void add(Item item, Items& out);

  // What is held, at the end of the stream.
  void release(Items& out);

 private:
  struct Held {
    Item item;
    bool is_as_told = false;  // a sample of a track that the reader knows, as it knows it
  };
  struct Seen {
    bool has_changed = false;  // it gave a sample that needs the change
    media::Timestamp newest{0};
  };

  void change(media::TracksChanged change, const link::FragmentContext& context, Items& out);
  void note(const media::Sample& sample, bool is_as_told);
  [[nodiscard]] bool is_void_under(const media::Tracks& tracks) const;
  [[nodiscard]] bool is_settled() const;
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool is_before(const Held& held) const;

  media::Tracks told_;    // what was given on
  media::Tracks latest_;  // what the source says
  bool is_holding_ = false;
  bool is_jump_ = false;           // with the next sample
  link::FragmentContext context_;  // of the change

  std::vector<Held> held_;
  std::size_t bytes_ = 0;
  std::map<std::uint32_t, Seen> seen_;         // by track, since the change
  std::optional<media::Timestamp> first_new_;  // of the samples that need the change
  std::optional<media::Timestamp> first_held_;
  media::Timestamp newest_{0};
};

}  // namespace flu::ingest
