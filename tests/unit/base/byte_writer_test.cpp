#include "libcommon/base/byte_writer.h"

#include <gtest/gtest.h>

#include "libcommon/base/byte_reader.h"

namespace flu {
namespace {

TEST(ByteWriter, WhatIsWrittenIsRead) {
  Buffer out;
  ByteWriter writer(out);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0x0708090A);
  writer.u64(0x0B0C0D0E0F101112);
  writer.text("ok");
  ByteReader reader(out);
  EXPECT_EQ(reader.u8().value(), 1);
  EXPECT_EQ(reader.u16().value(), 0x0203);
  EXPECT_EQ(reader.u24().value(), 0x040506u);
  EXPECT_EQ(reader.u32().value(), 0x0708090Au);
  EXPECT_EQ(reader.u64().value(), 0x0B0C0D0E0F101112u);
  EXPECT_EQ(as_text(reader.rest()), "ok");
}

TEST(ByteWriter, PatchesALengthKnownLater) {
  Buffer out;
  ByteWriter writer(out);
  writer.u32(0);
  writer.zeros(4);
  writer.patch_u32(0, 8);
  EXPECT_EQ(out, (Buffer{0, 0, 0, 8, 0, 0, 0, 0}));
}

TEST(ByteWriterDeathTest, PatchOutsideIsADefect) {
  Buffer out(3);
  ByteWriter writer(out);
  EXPECT_DEATH(writer.patch_u32(0, 1), "defect");
}

}  // namespace
}  // namespace flu
