#pragma once

#include <optional>

#include "libcommon/base/bytes.h"
#include "libcommon/codec/video_clock.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::codec {

// Where a unit stands towards the picture in progress.
enum class UnitPlace {
  kSame,       // wherever the unit in front of it went
  kUndecided,  // begins the next sample, unless a later unit says kJoins
  kJoins,      // of the picture in progress, and so is what was undecided
  kNext,       // begins the next sample, or confirms what was undecided
};

// A whole picture: both fields where it was coded as two.
struct Picture {
  bool has_slices = false;
  media::Sap sap = media::Sap::kNone;
  std::optional<PictureOrder> order;
  Buffer missing_sets;  // of a key picture that came without: to stand in front of its units
  std::optional<media::Track> new_format;
  std::int64_t positions_per_frame = 1;
};

// What VideoFramer must know of a codec: which units make a picture, and what it is. Each unit is
// told of by place(), begin_unit() and, when it came whole, end_unit(); between the first two the
// framer may call take_picture() and so leave behind what came before.
class PictureParser {
 public:
  enum class Framing { kLengths, kStartCodes };

  virtual ~PictureParser() = default;

  [[nodiscard]] virtual Framing framing() const = 0;

  // `head` is the unit's first kUnitHead bytes, fewer only where the unit is shorter; never empty.
  [[nodiscard]] virtual UnitPlace place(Bytes head) const = 0;
  virtual void begin_unit(Bytes head, UnitPlace place) = 0;
  virtual void end_unit(Bytes unit) = 0;

  // Does the unit become part of the sample?
  [[nodiscard]] virtual bool keeps(Bytes head) const = 0;

  // The picture in progress is complete; what was undecided becomes the picture in progress.
  virtual Picture take_picture() = 0;

  // For samples out of a file. It says that decoding can begin with the picture in progress.
  virtual void mark_sync() {}
  // The format of the first parameter sets that are known; nullopt while there are none.
  [[nodiscard]] virtual std::optional<media::Track> first_format() const { return std::nullopt; }

  // Forgets the picture in progress and what was undecided.
  virtual void drop_picture() = 0;
};

}  // namespace flu::codec
