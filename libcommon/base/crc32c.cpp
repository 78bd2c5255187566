#include "libcommon/base/crc32c.h"

#include <array>
#include <cstddef>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace flu {
namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0U);
    }
    table[i] = value;
  }
  return table;
}

constexpr auto kTable = make_table();

std::uint32_t by_table(Bytes bytes, std::uint32_t state) {
  for (const std::uint8_t byte : bytes) {
    state = (state >> 8) ^ kTable[(state ^ byte) & 0xFF];
  }
  return state;
}

#if defined(__x86_64__)

// The instruction takes three cycles, and one can begin in each: three blocks are read in turn and
// their states put together, for which a state is moved over a block of zeros. That is linear: a
// matrix over GF(2), here of one bit and then squared.
constexpr std::size_t kBlock = 512;  // bytes

using Matrix = std::array<std::uint32_t, 32>;

constexpr std::uint32_t times(const Matrix& matrix, std::uint32_t vector) {
  std::uint32_t sum = 0;
  for (unsigned bit = 0; bit < 32; ++bit) {
    if (((vector >> bit) & 1U) != 0) sum ^= matrix[bit];
  }
  return sum;
}

constexpr std::array<std::array<std::uint32_t, 256>, 4> make_block_of_zeros() {
  Matrix matrix{0x82F63B78U};
  for (unsigned bit = 1; bit < 32; ++bit) matrix[bit] = 1U << (bit - 1);
  for (std::size_t bits = 1; bits < 8 * kBlock; bits *= 2) {
    Matrix square{};
    for (unsigned bit = 0; bit < 32; ++bit) square[bit] = times(matrix, matrix[bit]);
    matrix = square;
  }
  std::array<std::array<std::uint32_t, 256>, 4> table{};
  for (unsigned octet = 0; octet < 4; ++octet) {
    for (std::uint32_t value = 0; value < 256; ++value) {
      table[octet][value] = times(matrix, value << (8 * octet));
    }
  }
  return table;
}

constexpr auto kBlockOfZeros = make_block_of_zeros();

std::uint32_t skip_block(std::uint32_t state) {
  return kBlockOfZeros[0][state & 0xFF] ^ kBlockOfZeros[1][(state >> 8) & 0xFF] ^
         kBlockOfZeros[2][(state >> 16) & 0xFF] ^ kBlockOfZeros[3][state >> 24];
}

std::uint64_t word_at(const std::uint8_t* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

__attribute__((target("sse4.2"))) std::uint32_t by_instruction(Bytes bytes, std::uint32_t state) {
  std::uint64_t first = state;
  for (; bytes.size() >= 3 * kBlock; bytes = bytes.subspan(3 * kBlock)) {
    std::uint64_t second = 0;
    std::uint64_t third = 0;
    for (std::size_t i = 0; i < kBlock; i += sizeof(std::uint64_t)) {
      const std::uint8_t* at = bytes.data() + i;
      first = _mm_crc32_u64(first, word_at(at));
      second = _mm_crc32_u64(second, word_at(at + kBlock));
      third = _mm_crc32_u64(third, word_at(at + 2 * kBlock));
    }
    second ^= skip_block(static_cast<std::uint32_t>(first));
    first = third ^ skip_block(static_cast<std::uint32_t>(second));
  }
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
    first = _mm_crc32_u64(first, word_at(bytes.data()));
  }
  return by_table(bytes, static_cast<std::uint32_t>(first));
}

#endif

}  // namespace

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc) {
  const std::uint32_t state = ~crc;
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return ~by_instruction(bytes, state);
#endif
  return ~by_table(bytes, state);
}

}  // namespace flu
