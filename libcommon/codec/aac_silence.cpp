#include "libcommon/codec/aac_silence.h"

#include <array>
#include <cstdint>
#include <string_view>

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/aac_config.h"
#include "libcommon/codec/bit_writer.h"

namespace flu::codec {
namespace {

constexpr std::uint32_t kLowComplexity = 2;
constexpr std::uint32_t kSingle = 0;  // id_syn_ele
constexpr std::uint32_t kPair = 1;
constexpr std::uint32_t kLowFrequency = 3;
constexpr std::uint32_t kEnd = 7;

// The elements of channel configurations 1 to 7 (table 1.19): single, pair, low frequency.
constexpr std::array<std::string_view, 8> kElements{"",    "s",   "p",    "sp",
                                                    "sps", "spp", "sppl", "spppl"};

// One long sine window of which no band is coded.
void write_window(BitWriter& out) {
  out.bits(0, 1);  // ics_reserved_bit
  out.bits(0, 2);  // ONLY_LONG_SEQUENCE
  out.bits(0, 1);  // window_shape
  out.bits(0, 6);  // max_sfb
  out.bits(0, 1);  // predictor_data_present
}

// Behind ics_info: without bands there are neither sections nor scale factors nor spectral data.
void write_tools(BitWriter& out) {
  out.bits(0, 3);  // pulse_data, tns_data and gain_control_data_present
}

// single_channel_element and lfe_channel_element.
void write_single(BitWriter& out, std::uint32_t kind, std::uint32_t tag) {
  out.bits(kind, 3);
  out.bits(tag, 4);
  out.bits(0, 8);  // global_gain
  write_window(out);
  write_tools(out);
}

void write_pair(BitWriter& out, std::uint32_t tag) {
  out.bits(kPair, 3);
  out.bits(tag, 4);
  out.bits(1, 1);  // common_window
  write_window(out);
  out.bits(0, 2);  // ms_mask_present
  for (int channel = 0; channel < 2; ++channel) {
    out.bits(0, 8);  // global_gain
    write_tools(out);
  }
}

}  // namespace

std::optional<Buffer> silent_aac_frame(Bytes config) {
  BitReader bits(config);
  const auto parsed = parse_aac_config(bits);
  if (!parsed || parsed->core_type != kLowComplexity) return std::nullopt;
  const std::uint32_t layout = parsed->channel_configuration;
  if (layout == 0 || layout >= kElements.size()) return std::nullopt;
  Buffer frame;
  BitWriter out(frame);
  std::uint32_t singles = 0;
  std::uint32_t pairs = 0;
  for (const char element : kElements.at(layout)) {
    if (element == 's') write_single(out, kSingle, singles++);
    if (element == 'p') write_pair(out, pairs++);
    if (element == 'l') write_single(out, kLowFrequency, 0);
  }
  out.bits(kEnd, 3);
  return frame;
}

}  // namespace flu::codec
