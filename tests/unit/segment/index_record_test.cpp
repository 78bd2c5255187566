#include "libcommon/segment/index_record.h"

#include <gtest/gtest.h>

#include "libcommon/base/crc32c.h"
#include "libcommon/base/sha256.h"

namespace flu::segment {
namespace {

IndexRecord record() {
  IndexRecord made;
  made.type = RecordType::kSegment;
  made.sap = 3;
  made.flags = kDiscont | kUnaligned;
  made.start = media::Timestamp{158'741'550'000'000};
  made.duration = 360'000;
  made.seq = 0x01020304;
  made.offset = 0x0102030405060708;
  made.size = 0x00100000;
  made.moof_relative = 0x0102;
  made.blob = 0x0304;
  made.moof_size = 0x0203;
  made.key_relative = 0x0405;
  made.key_size = 0x0607;
  made.data_crc = 0x0A0B0C0D;
  made.lost = 0x0E0F;
  made.source = 0x1011;
  made.arrival_ms = -2;
  made.epoch = 0x1213141516171819;
  made.disc_seq = 0x1A1B1C1D;
  made.init_hash = 0x1E1F2021;
  return made;
}

// With a checksum that fits again.
std::array<std::uint8_t, kRecordSize> signed_again(std::array<std::uint8_t, kRecordSize> bytes) {
  const Bytes view(bytes);
  const std::uint32_t crc = crc32c(view.subspan(8), crc32c(view.first(4)));
  for (unsigned i = 0; i < 4; ++i) {
    bytes[4 + i] = static_cast<std::uint8_t>(crc >> (8 * i));
  }
  return bytes;
}

TEST(IndexRecord, BytesStandWhereTheFormatSays) {
  EXPECT_EQ(to_hex(write_record(record())),
            "01030101"          // type, sap, flags
            "ee9a3285"          // crc
            "80e7b2e55f900000"  // start
            "407e0500"          // duration
            "04030201"          // seq
            "0807060504030201"  // offset
            "00001000"          // size
            "02010403"          // moof_rel, blob_no
            "03020000"          // moof_size
            "05040000"          // key_rel
            "07060000"          // key_size
            "0d0c0b0a"          // data_crc
            "0f0e1110"          // lost, source
            "feffffff"          // arrival_ms
            "1918171615141312"  // epoch
            "1d1c1b1a"          // disc_seq
            "21201f1e");        // init_hash
}

TEST(IndexRecord, WriteThenParseIsEqual) {
  EXPECT_EQ(parse_record(write_record(record())).value(), record());
  for (const RecordType type :
       {RecordType::kOpen, RecordType::kClose, RecordType::kEvent, RecordType::kPart}) {
    IndexRecord other;
    other.type = type;
    EXPECT_EQ(parse_record(write_record(other)).value(), other);
  }
}

TEST(IndexRecord, EveryChangedBitIsSeen) {
  const auto bytes = write_record(record());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      auto changed = bytes;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      EXPECT_FALSE(parse_record(changed)) << at;
    }
  }
}

TEST(IndexRecord, RefusesImpossibleFields) {
  auto bytes = write_record(record());
  bytes[0] = 6;
  EXPECT_FALSE(parse_record(signed_again(bytes)));
  bytes[0] = 1;
  bytes[1] = 2;
  EXPECT_FALSE(parse_record(signed_again(bytes)));
  IndexRecord outside = record();
  outside.moof_size = outside.size;
  EXPECT_FALSE(parse_record(write_record(outside)));
  outside = record();
  outside.key_relative = 0xFFFF'FFFF;
  EXPECT_FALSE(parse_record(write_record(outside)));
  outside = record();
  outside.start = media::Timestamp{0};
  EXPECT_FALSE(parse_record(write_record(outside)));
}

TEST(IndexRecord, NeedsAllItsBytesAndTakesMore) {
  const auto bytes = write_record(record());
  EXPECT_FALSE(parse_record(Bytes(bytes).first(kRecordSize - 1)));
  Buffer larger(bytes.begin(), bytes.end());
  larger.push_back(0);
  EXPECT_EQ(parse_record(larger).value(), record());
}

}  // namespace
}  // namespace flu::segment
