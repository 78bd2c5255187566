#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/codec/h264_parameter_sets.h"
#include "libcommon/codec/h264_slice.h"
#include "libcommon/codec/picture_parser.h"

namespace flu::codec {

// H.264 pictures: access units by ISO 14496-10 7.4.1.2.3 and 7.4.1.2.4, with and without
// delimiters; the two fields of a frame are one picture. Key frames are IDR and intra pictures with
// a recovery point; in a stream that has none for kPicturesWithoutKey pictures either of the two
// will do, until a true one comes.
class H264PictureParser final : public PictureParser {
 public:
  [[nodiscard]] Framing framing() const override { return Framing::kLengths; }
  [[nodiscard]] UnitPlace place(Bytes head) const override;
  void begin_unit(Bytes head, UnitPlace place) override;
  void end_unit(Bytes unit) override;
  [[nodiscard]] bool keeps(Bytes head) const override;
  Picture take_picture() override;
  void mark_sync() override { current_.is_sync = true; }
  [[nodiscard]] std::optional<media::Track> first_format() const override;
  void drop_picture() override;

 private:
  struct State {
    bool has_slices = false;
    bool is_sync = false;  // says the file
    bool is_intra = true;  // of the first field
    bool has_recovery_point = false;
    bool has_second_field = false;
    std::optional<H264Slice> first;  // slice of the field in progress
    bool is_key_field = false;       // the first field is an IDR
    std::optional<PictureOrder> order;
    ParameterSetIds in_band;
  };

  [[nodiscard]] UnitPlace place_slice(Bytes head) const;
  [[nodiscard]] bool may_get_second_field() const;
  State& target() { return following_ ? *following_ : current_; }
  void begin_slice(Bytes head);
  bool is_key(const State& state);
  void finish_key(const State& state, Picture& picture);

  H264ParameterSets sets_;
  State current_;
  std::optional<State> following_;
  H264OrderCount order_;
  std::uint32_t without_key_ = 0;  // pictures since the last key frame
  Buffer described_sps_;           // the SPS of the format told last
};

}  // namespace flu::codec
