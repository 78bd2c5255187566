#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"

namespace flu {

// What SHA-1 and SHA-256 do alike (FIPS 180-4 5.1.1, 6.1.2, 6.2.2): blocks of 64 bytes, the last of
// them padded and with the length in bits, and the words of the state as the digest. `add_block`
// takes the state and a block.
template <typename Digest, typename State, typename AddBlock>
Digest hash_blocks(Bytes bytes, State state, AddBlock add_block) {
  const std::uint64_t bit_length = std::uint64_t{bytes.size()} * 8;
  for (; bytes.size() >= 64; bytes = bytes.subspan(64)) add_block(state, bytes.first(64));

  Buffer tail(bytes.begin(), bytes.end());
  tail.push_back(0x80);
  while (tail.size() % 64 != 56) tail.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8) {
    tail.push_back(static_cast<std::uint8_t>(bit_length >> shift));
  }
  for (Bytes rest = tail; !rest.empty(); rest = rest.subspan(64)) add_block(state, rest.first(64));

  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(state[i / 4] >> (24 - 8 * (i % 4)));
  }
  return digest;
}

}  // namespace flu
