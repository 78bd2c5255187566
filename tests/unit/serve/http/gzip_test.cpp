#include "tools/serve/http/gzip.h"

#include <zlib.h>

#include <string>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

TEST(Gzip, IsReadBackAsItWas) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "tracks-v1a1/2026/11/22/07/10/05123-04000.ts\n";
  const Buffer packed = gzip(as_bytes(text));
  ASSERT_GT(packed.size(), 18U);
  EXPECT_LT(packed.size(), text.size() / 10);
  EXPECT_EQ(gzip(as_bytes(text)), packed);
  z_stream stream{};
  ASSERT_EQ(::inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
  std::string out(text.size() + 1, '\0');
  Buffer in = packed;
  stream.next_in = in.data();
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::inflateEnd(&stream);
  EXPECT_EQ(out, text);
}

TEST(Gzip, AcceptedAsTheClientSays) {
  for (const char* header :
       {"gzip", "deflate, gzip;q=1.0, *;q=0.5", "GZIP", "br , gzip ; q=0.1", "*"}) {
    EXPECT_TRUE(accepts_gzip(header)) << header;
  }
  for (const char* header :
       {"", "br", "gzip;q=0", "gzip; q=0.000", "identity", "x-gzipped", ",;,"}) {
    EXPECT_FALSE(accepts_gzip(header)) << header;
  }
}

}  // namespace
}  // namespace flu::serve
