#include "tools/serve/live/icy_body.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

// Sound whose bytes count up, in pieces of 1000, as many as `there` says.
class Counting final : public EndlessBody {
 public:
  std::size_t next_pieces(std::span<iovec> pieces) override {
    std::size_t count = 0;
    for (std::size_t at = sent_; at < there && count < pieces.size(); at += 1000) {
      pieces[count++] = {bytes_.data() + at % 251, std::min<std::size_t>(1000, there - at)};
    }
    return count;
  }
  void sent(std::size_t bytes) override { sent_ += bytes; }
  [[nodiscard]] bool is_over() const override { return false; }

  Counting() {
    for (std::size_t i = 0; i < bytes_.size(); ++i) bytes_[i] = static_cast<std::uint8_t>(i % 251);
  }

  std::size_t there = 0;

 private:
  std::array<std::uint8_t, 1300> bytes_{};
  std::size_t sent_ = 0;
};

class IcyBodyTest : public testing::Test {
 protected:
  std::string take(std::size_t most) {
    std::array<iovec, 8> pieces;
    const std::size_t count = body_.next_pieces(pieces);
    std::string out;
    for (std::size_t i = 0; i < count; ++i) {
      out.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    }
    out.resize(std::min(out.size(), most));
    body_.sent(out.size());
    return out;
  }
  std::string take_all(std::size_t most) {
    std::string out;
    for (std::string now = take(most); !now.empty(); now = take(most)) out += now;
    return out;
  }

  Counting* sound_ = new Counting;
  std::shared_ptr<Station> station_ = std::make_shared<Station>(Station{"Ours", "", 1});
  IcyBody body_{std::unique_ptr<EndlessBody>(sound_), station_};
};

// Whatever the client takes at once, it gets the same.
TEST_F(IcyBodyTest, BlocksComeAfterEachInterval) {
  std::size_t most = 1;
  std::string all;
  for (sound_->there = 3 * kIcyInterval + 5; most < 5000; most = most * 3 + 1) all += take(most);
  all += take_all(7919);
  std::string sound;
  std::vector<std::string> titles;
  for (std::size_t at = 0; at < all.size();) {
    sound += all.substr(at, kIcyInterval);
    at += kIcyInterval;
    if (at >= all.size()) break;
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(all[at])) * 16;
    titles.emplace_back(all.substr(at + 1, size).c_str());
    at += 1 + size;
  }
  EXPECT_EQ(sound.size(), sound_->there);
  for (std::size_t i = 0; i < sound.size(); ++i) {
    ASSERT_EQ(static_cast<unsigned char>(sound[i]), i % 251) << i;
  }
  EXPECT_EQ(titles, (std::vector<std::string>{"StreamTitle='Ours';", "", ""}));
}

TEST_F(IcyBodyTest, ANewTitleComesInTheNextBlock) {
  sound_->there = kIcyInterval + 1;
  EXPECT_NE(take_all(100'000).find("'Ours'"), std::string::npos);
  *station_ = {"Theirs", "", 2};
  sound_->there = 2 * kIcyInterval + 1;
  EXPECT_NE(take_all(100'000).find("'Theirs'"), std::string::npos);
}

TEST(IcyBlock, HoldsAnyTitle) {
  const auto text = [](const Buffer& block) {
    EXPECT_EQ(block.size(), 1U + block[0] * 16U);
    std::string out(block.begin() + 1, block.end());
    return out.substr(0, out.find('\0'));
  };
  EXPECT_EQ(text(icy_block("")), "StreamTitle='';");
  EXPECT_EQ(text(icy_block("It's on\r\n")), "StreamTitle='It's on';");
  EXPECT_EQ(text(icy_block("a';b';;")), "StreamTitle='a'b'';");
  std::string odd = "a";
  for (int i = 0; i < 3000; ++i) odd += "é";
  const std::string cut = text(icy_block(odd));
  EXPECT_LE(cut.size(), 255U * 16);
  EXPECT_TRUE(cut.ends_with("é';"));
}

TEST(IcyHead, IsSafeFromNames) {
  EXPECT_EQ(icy_head({"A\r\nSet-Cookie: b", "", 0}, false),
            "icy-name: ASet-Cookie: b\r\nicy-pub: 0\r\n");
  EXPECT_NE(icy_head({"A", "", 0}, true).find("icy-metaint: 16000\r\n"), std::string::npos);
}

}  // namespace
}  // namespace flu::serve
