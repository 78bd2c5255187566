#pragma once

#include <cstdint>

#include "libcommon/codec/bit_writer.h"
#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {

// Audio frames with true headers and made-up contents.

inline Buffer adts_payload(std::size_t size) {
  return Buffer(size, 0x21);
}

inline Buffer adts(std::size_t payload, std::uint32_t frequency_index = 4,
                   std::uint32_t channels = 2, std::uint32_t blocks = 1) {
  Buffer out;
  BitWriter bits(out);
  bits.bits(0xFFF1, 16);
  bits.bits(1, 2);  // LC
  bits.bits(frequency_index, 4);
  bits.bits(0, 1);
  bits.bits(channels, 3);
  bits.bits(0, 4);
  bits.bits(static_cast<std::uint32_t>(payload + 7), 13);
  bits.bits(0x7FF, 11);
  bits.bits(blocks - 1, 2);
  append(out, adts_payload(payload));
  return out;
}

// Layer II, 48 kHz, 64 kbit/s, stereo: 192 bytes.
inline Buffer mp2() {
  return joined({hex("ff fd 44 00"), Buffer(188, 0x33)});
}
// Layer III, 44.1 kHz, 32 kbit/s, mono: 104 bytes, 105 with padding.
inline Buffer mp3(bool is_padded) {
  return joined(
      {is_padded ? hex("ff fb 12 c0") : hex("ff fb 10 c0"), Buffer(is_padded ? 101 : 100, 0x44)});
}

// 48 kHz, 32 kbit/s, mono: 128 bytes.
inline Buffer ac3() {
  return joined({hex("0b 77 e5 ed 00 40 2f 84 2b 01"), Buffer(118, 0x55)});
}

struct Eac3Fields {
  bool is_dependent = false;
  std::uint32_t substream = 0;
  std::uint32_t blocks_code = 3;  // 6 blocks
  std::uint32_t acmod = 7;
  bool has_lfe = true;
  std::uint32_t channel_map = 0;
  std::size_t size = 64;
};

inline Buffer eac3(const Eac3Fields& f) {
  Buffer out;
  BitWriter bits(out);
  bits.bits(0x0B77, 16);
  bits.bits(f.is_dependent ? 1 : 0, 2);
  bits.bits(f.substream, 3);
  bits.bits(static_cast<std::uint32_t>(f.size / 2 - 1), 11);
  bits.bits(0, 2);
  bits.bits(f.blocks_code, 2);
  bits.bits(f.acmod, 3);
  bits.bits(f.has_lfe ? 1 : 0, 1);
  bits.bits(16, 5);
  bits.bits(31, 5);
  bits.bits(0, 1);
  if (f.is_dependent) {
    bits.bits(1, 1);
    bits.bits(f.channel_map, 16);
  }
  out.resize(f.size, 0x66);
  return out;
}

// An Opus packet of 20 ms behind its control header.
inline Buffer opus(std::size_t size, bool is_stereo = true) {
  Buffer out = hex("7f e0");
  std::size_t left = size;
  while (left >= 255) {
    out.push_back(255);
    left -= 255;
  }
  out.push_back(static_cast<std::uint8_t>(left));
  out.push_back(is_stereo ? 0xFC : 0xF8);
  out.resize(out.size() + size - 1, 0x77);
  return out;
}

// LOAS with its configuration or without: AAC-LC, 44.1 kHz, stereo, one payload.
inline Buffer latm(std::size_t payload, bool has_config) {
  Buffer element;
  BitWriter bits(element);
  bits.bits(has_config ? 0 : 1, 1);
  if (has_config) {
    bits.bits(0, 1);   // audioMuxVersion
    bits.bits(1, 1);   // allStreamsSameTimeFraming
    bits.bits(0, 13);  // one sub-frame, program, layer
    bits.bits(0x1210, 16);
    bits.bits(0, 3);
    bits.bits(0xFF, 8);
    bits.bits(0, 2);  // no other data, no checksum
  }
  for (std::size_t i = 0; i < payload / 255; ++i) bits.bits(255, 8);
  bits.bits(static_cast<std::uint32_t>(payload % 255), 8);
  for (std::size_t i = 0; i < payload; ++i) bits.bits(0x21, 8);
  Buffer out{0x56, static_cast<std::uint8_t>(0xE0 | element.size() >> 8),
             static_cast<std::uint8_t>(element.size())};
  append(out, element);
  return out;
}

inline Buffer repeated(const Buffer& frame, int count) {
  Buffer out;
  for (int i = 0; i < count; ++i) append(out, frame);
  return out;
}

}  // namespace flu::codec
