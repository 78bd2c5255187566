#include "libcommon/codec/cue_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libcommon/codec/limits.h"

namespace flu::codec {
namespace {

Buffer tx3g(std::string_view text, Bytes behind = {}) {
  Buffer out{static_cast<std::uint8_t>(text.size() >> 8), static_cast<std::uint8_t>(text.size())};
  append(out, as_bytes(text));
  append(out, behind);
  return out;
}

TEST(CueText, CannotEndItsCue) {
  EXPECT_EQ(tidy_cue_text("a\r\n\r\nb\n\n\nc\n"), "a\nb\nc");
  EXPECT_EQ(tidy_cue_text("00:01 --> 00:02"), "00:01 --&gt; 00:02");
  EXPECT_EQ(tidy_cue_text("--->"), "---&gt;");
  EXPECT_EQ(tidy_cue_text("\n\n"), "");
}

TEST(CueText, IsAlwaysUtf8) {
  EXPECT_EQ(tidy_cue_text("caf\xC3\xA9 \xF0\x9F\x98\x80"), "caf\xC3\xA9 \xF0\x9F\x98\x80");
  EXPECT_EQ(tidy_cue_text("caf\xE9!"), "caf\xEF\xBF\xBD!");
  EXPECT_EQ(tidy_cue_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(tidy_cue_text("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(tidy_cue_text(std::string_view("a\0b", 3)), "ab");
  EXPECT_LE(tidy_cue_text(std::string(10'000, 'x')).size(), kMaxCueText);
}

TEST(CueText, SettingsAreOneLine) {
  EXPECT_EQ(tidy_cue_settings("line:0 align:start"), "line:0 align:start");
  EXPECT_EQ(tidy_cue_settings("line:0\nx"), "");
  EXPECT_EQ(tidy_cue_settings("-->"), "");
}

TEST(CueText, SubRipKeepsWhatWebVttHas) {
  EXPECT_EQ(cue_of_subrip("<i>so</i> <B>be</B> it"), "<i>so</i> <b>be</b> it");
  EXPECT_EQ(cue_of_subrip("<font color=\"#ff0000\">red</font>"), "red");
  EXPECT_EQ(cue_of_subrip("{\\an8}up"), "up");
  EXPECT_EQ(cue_of_subrip("1 < 2 & 3 > 2"), "1 &lt; 2 &amp; 3 &gt; 2");
  EXPECT_EQ(cue_of_subrip("a <"), "a &lt;");
  EXPECT_EQ(cue_of_subrip("<script>alert(1)</script>"), "alert(1)");
}

TEST(CueText, AssHasItsTextBehindEightFields) {
  EXPECT_EQ(cue_of_ass("0,0,Default,,0,0,0,,{\\i1}one{\\i0}, two\\Nthree"), "one, two\nthree");
  EXPECT_EQ(cue_of_ass("0,0,Default"), "");
}

TEST(CueText, Tx3gHasStylesBehind) {
  const Buffer italic{0, 0, 0, 22, 's', 't', 'y', 'l', 0, 1, 0, 1, 0, 3, 0, 1, 2, 18, 0, 0, 0, 0};
  EXPECT_EQ(*cue_of_tx3g(tx3g("a\xC3\xA9i<", italic)), "a<i>\xC3\xA9i</i>&lt;");
  EXPECT_EQ(*cue_of_tx3g(tx3g("")), "");
  EXPECT_EQ(*cue_of_tx3g(tx3g(std::string_view("\xFE\xFF\0h\0\xE9", 6))), "h\xC3\xA9");
  EXPECT_FALSE(cue_of_tx3g(Buffer{0, 5, 'a'}));
  EXPECT_FALSE(cue_of_tx3g(Buffer{0}));
  const Buffer whole = tx3g("abcd", italic);
  for (std::size_t length = 6; length < whole.size(); ++length) {
    EXPECT_TRUE(cue_of_tx3g(Bytes(whole).first(length)));
  }
}

}  // namespace
}  // namespace flu::codec
