#include "libcommon/codec/aac_adts.h"

#include "libcommon/base/bit_reader.h"
#include "libcommon/codec/aac_config.h"
#include "libcommon/codec/bit_writer.h"

namespace flu::codec {
namespace {

constexpr std::size_t kHeader = 7;
constexpr std::uint32_t kProgramConfigElement = 5;

std::uint32_t identity_of(const AdtsHeader& header) {
  return 1U << 16 | header.object_type << 8 | header.frequency_index << 4 |
         header.channel_configuration;
}

}  // namespace

std::optional<AdtsHeader> parse_adts_header(Bytes bytes) {
  if (bytes.size() < kHeader || bytes[0] != 0xFF || (bytes[1] & 0xF6) != 0xF0) return std::nullopt;
  AdtsHeader header;
  header.header_size = (bytes[1] & 1) != 0 ? kHeader : kHeader + 2;
  header.object_type = (bytes[2] >> 6) + 1U;
  header.frequency_index = (bytes[2] >> 2) & 15U;
  header.channel_configuration = (bytes[2] & 1U) << 2 | bytes[3] >> 6;
  header.frame_size = (bytes[3] & 3U) << 11 | std::uint32_t{bytes[4]} << 3 | bytes[5] >> 5U;
  header.blocks = (bytes[6] & 3U) + 1;
  if (aac_sample_rate(header.frequency_index) == 0 || header.frame_size <= header.header_size) {
    return std::nullopt;
  }
  return header;
}

AudioParser::Frame AdtsParser::find(Bytes bytes, bool is_end) const {
  if (bytes[0] != 0xFF || (bytes.size() > 1 && (bytes[1] & 0xF6) != 0xF0)) return {};
  if (bytes.size() < kHeader) return {is_end ? Found::kNone : Found::kMore};
  const auto header = parse_adts_header(bytes);
  if (!header) return {};
  return {Found::kFrame, header->frame_size, identity_of(*header)};
}

bool AdtsParser::unpack(Bytes frame, std::vector<AudioPayload>& out) {
  const auto header = parse_adts_header(frame);
  // Several raw data blocks in a frame cannot be told apart without decoding them.
  if (!header || header->blocks != 1) return false;
  const Bytes block = frame.subspan(header->header_size);
  if (described_ != identity_of(*header) && !describe(*header, block)) return false;
  out.push_back({Buffer(block.begin(), block.end()), track_.audio.samples_per_frame});
  return true;
}

bool AdtsParser::describe(const AdtsHeader& header, Bytes block) {
  Buffer bytes;
  BitWriter out(bytes);
  out.bits(header.object_type, 5);
  out.bits(header.frequency_index, 4);
  out.bits(header.channel_configuration, 4);
  out.bits(0, 3);  // 1024 samples, no core coder, no extension
  if (header.channel_configuration == 0) {
    // The channels stand in a program config element in front of the audio.
    BitReader in(block);
    const auto element = in.bits(3);
    if (!element || *element != kProgramConfigElement || !copy_program_config(in, out)) {
      return false;
    }
  }
  BitReader check(bytes);
  const auto config = parse_aac_config(check);
  if (!config) return false;
  track_ = make_aac_track(*config, std::move(bytes));
  described_ = identity_of(header);
  return true;
}

}  // namespace flu::codec
