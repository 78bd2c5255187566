#include "libcommon/container/mp4/esds.h"

#include <gtest/gtest.h>

#include "libcommon/container/mp4/boxes.h"
#include "tests/support/flu_samples.h"

namespace flu::container {
namespace {

Buffer payload_of(const EsDescriptor& descriptor) {
  Buffer box;
  ByteWriter out(box);
  write_esds(descriptor, out);
  return {box.begin() + 8, box.end()};
}

TEST(Esds, WriteThenParseIsEqual) {
  for (const std::size_t size : {0U, 2U, 127U, 128U, 300U}) {
    const Buffer specific = test::pattern(size);
    const Buffer payload = payload_of({kObjectAac, kStreamAudio, specific});
    const auto parsed = parse_esds(payload);
    ASSERT_TRUE(parsed) << size << ": " << parsed.error().message;
    EXPECT_EQ(parsed->object_type, kObjectAac);
    EXPECT_EQ(parsed->stream_type, kStreamAudio);
    EXPECT_EQ(Buffer(parsed->specific.begin(), parsed->specific.end()), specific);
  }
}

TEST(Esds, ReadsOptionalFieldsAndShortLengths) {
  // dependsOn_ES_ID, a URL of one byte and OCR_ES_Id; lengths of one byte as other writers have
  // them.
  Buffer payload{0, 0, 0, 0, 3, 28, 0, 1, 0xE0, 0, 9, 1, 'u', 0, 7, 4, 17, 0x40, 0x15};
  payload.insert(payload.end(), 11, 0);
  append(payload, Buffer{5, 2, 0x11, 0x90});
  const auto parsed = parse_esds(payload);
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(parsed->object_type, 0x40);
  ASSERT_EQ(parsed->specific.size(), 2U);
  EXPECT_EQ(parsed->specific[0], 0x11);
}

TEST(Esds, CutAtEveryLengthIsRefused) {
  const Buffer payload = payload_of({kObjectAac, kStreamAudio, test::pattern(2)});
  for (std::size_t size = 0; size + 6 < payload.size(); ++size) {
    EXPECT_FALSE(parse_esds(Bytes(payload).first(size))) << size;
  }
}

}  // namespace
}  // namespace flu::container
