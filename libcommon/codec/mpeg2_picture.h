#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/codec/mpeg2_sequence.h"
#include "libcommon/codec/picture_parser.h"

namespace flu::codec {

// MPEG-2 (and MPEG-1) video pictures with the headers in front of them; the two fields of a frame
// are one picture (ISO 13818-2 6.1.1.4.1).
class Mpeg2PictureParser final : public PictureParser {
 public:
  [[nodiscard]] Framing framing() const override { return Framing::kStartCodes; }
  [[nodiscard]] UnitPlace place(Bytes head) const override;
  void begin_unit(Bytes head, UnitPlace place) override;
  void end_unit(Bytes unit) override;
  [[nodiscard]] bool keeps(Bytes) const override { return true; }
  Picture take_picture() override;
  void drop_picture() override;

 private:
  enum Structure : unsigned { kTopField = 1, kBottomField = 2, kFrame = 3 };

  struct State {
    bool has_slices = false;
    bool has_sequence = false;
    bool has_group = false;
    bool is_closed = false;
    bool has_second_field = false;
    unsigned type = 0;  // picture_coding_type of the first field
    unsigned structure = kFrame;
    std::uint32_t temporal_reference = 0;
  };

  State& target() { return following_ ? *following_ : current_; }
  void finish_key(const State& state, Picture& picture);

  State current_;
  std::optional<State> following_;
  Buffer header_;
  Buffer extension_;
  std::optional<Mpeg2Sequence> described_;
};

}  // namespace flu::codec
