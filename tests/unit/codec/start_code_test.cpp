#include "libcommon/codec/start_code.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/codec/bytes_of.h"

namespace flu::codec {
namespace {

// Writes down what it is told, pieces of a unit joined.
class Recorder final : public StartCodeScanner::Sink {
 public:
  void unit_begin() override { units.emplace_back(); }
  void unit_bytes(Bytes bytes) override { append(units.back(), bytes); }
  void unit_zeros(std::size_t count) override { units.back().insert(units.back().end(), count, 0); }
  void unit_end(std::size_t count) override { zeros.push_back(count); }
  void outside(std::size_t count) override { skipped += count; }

  std::vector<Buffer> units;
  std::vector<std::size_t> zeros;
  std::size_t skipped = 0;
};

Recorder scan(const Buffer& bytes, std::size_t piece) {
  Recorder recorder;
  StartCodeScanner scanner(recorder);
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    scanner.feed(Bytes(bytes).subspan(at, std::min(piece, bytes.size() - at)));
  }
  scanner.flush();
  return recorder;
}

TEST(FindStartCode, FindsTheFirstFromAnOffset) {
  const Buffer bytes = hex("00 01 00 00 02 00 00 01 09 00 00 00 01 05");
  EXPECT_EQ(find_start_code(bytes, 0), 5u);
  EXPECT_EQ(find_start_code(bytes, 5), 5u);
  EXPECT_EQ(find_start_code(bytes, 6), 10u);
  EXPECT_EQ(find_start_code(bytes, 11), bytes.size());
  EXPECT_EQ(find_start_code(bytes, 99), bytes.size());
  EXPECT_EQ(find_start_code({}, 0), 0u);
  EXPECT_EQ(find_start_code(hex("00 00"), 0), 2u);
}

TEST(StartCodeScanner, GivesTheSameUnitsForEveryDivision) {
  const Buffer bytes = hex(
      "aa 00 bb 00 00 00 01 67 00 00 03 01 00 00 01 68 00 00 02 00 00 00 00 00 01 00 00 01 65 01 01"
      "00 00 00");
  const std::vector<Buffer> units{hex("67 00 00 03 01"), hex("68 00 00 02"), {}, hex("65 01 01")};
  const std::vector<std::size_t> zeros{0, 3, 0, 3};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Recorder recorder = scan(bytes, piece);
    EXPECT_EQ(recorder.units, units) << "pieces of " << piece;
    EXPECT_EQ(recorder.zeros, zeros) << "pieces of " << piece;
    EXPECT_EQ(recorder.skipped, 4u) << "pieces of " << piece;
  }
}

TEST(StartCodeScanner, ForgetsTheUnitInProgress) {
  Recorder recorder;
  StartCodeScanner scanner(recorder);
  scanner.feed(hex("00 00 01 65 11 00 00"));
  scanner.reset();
  scanner.feed(hex("01 41 00 00 01 09 f0"));
  scanner.flush();
  EXPECT_EQ(recorder.units, (std::vector<Buffer>{hex("65 11"), hex("09 f0")}));
  EXPECT_EQ(recorder.skipped, 2u);
}

}  // namespace
}  // namespace flu::codec
