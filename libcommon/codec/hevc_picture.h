#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "libcommon/codec/hevc_parameter_sets.h"
#include "libcommon/codec/picture_parser.h"

namespace flu::codec {

// HEVC pictures: access units by ISO 23008-2 7.4.2.4.4, with and without delimiters. A field of a
// field sequence is a picture of its own, as ISO 14496-15 has it.
class HevcPictureParser final : public PictureParser {
 public:
  [[nodiscard]] Framing framing() const override { return Framing::kLengths; }
  [[nodiscard]] UnitPlace place(Bytes head) const override;
  void begin_unit(Bytes head, UnitPlace place) override;
  void end_unit(Bytes unit) override;
  [[nodiscard]] bool keeps(Bytes head) const override;
  Picture take_picture() override;
  void mark_sync() override { current_.is_sync = true; }
  [[nodiscard]] std::optional<media::Track> first_format() const override;
  void drop_picture() override { current_ = {}; }

 private:
  struct State {
    bool has_slices = false;
    bool is_sync = false;  // says the file
    unsigned type = 0;     // nal_unit_type of the first slice
    std::optional<std::uint32_t> pps_id;
    std::optional<PictureOrder> order;
    std::set<std::uint32_t> vps_ids;  // in-band, as the others
    ParameterSetIds in_band;
  };

  void begin_picture(Bytes head);
  std::int64_t next_order(unsigned type, unsigned temporal_id, std::uint32_t lsb,
                          const HevcSps& sps);
  void keep_vps(Bytes nal);
  void finish_key(const State& state, Picture& picture);

  HevcParameterSets sets_;
  State current_;
  std::int64_t previous_order_ = 0;  // of the last picture that counts for the next one's
  Buffer described_vps_;             // of the format told last
  Buffer described_sps_;
};

}  // namespace flu::codec
