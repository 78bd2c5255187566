#include "libcommon/wire/rtp/rtp_receiver.h"

#include <gtest/gtest.h>

namespace flu::wire {
namespace {

using std::chrono::milliseconds;

constexpr MonotonicTime kNow{std::chrono::seconds(10)};

using Numbers = std::vector<std::uint16_t>;

// Each packet carries its sequence number in two bytes.
class Receiving : public testing::Test {
 protected:
  void push(std::uint16_t sequence, milliseconds at = milliseconds(0), std::uint32_t ssrc = 1) {
    const Buffer payload{static_cast<std::uint8_t>(sequence >> 8),
                         static_cast<std::uint8_t>(sequence)};
    RtpPacket packet;
    packet.sequence = sequence;
    packet.ssrc = ssrc;
    packet.payload = payload;
    const Bytes bytes = receiver.push(packet, kNow + at);
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
      got.push_back(static_cast<std::uint16_t>((bytes[i] << 8) | bytes[i + 1]));
    }
  }

  RtpReceiver receiver;
  std::vector<std::uint16_t> got;
};

TEST_F(Receiving, PassesOnWhatIsInOrder) {
  for (const std::uint16_t number : Numbers{7, 8, 9}) push(number);
  EXPECT_EQ(got, (Numbers{7, 8, 9}));
  EXPECT_EQ(receiver.counters().lost, 0U);
}

TEST_F(Receiving, GoesThroughTheWrap) {
  for (const std::uint16_t number : Numbers{65534, 65535, 0, 1}) push(number);
  EXPECT_EQ(got, (Numbers{65534, 65535, 0, 1}));
  EXPECT_EQ(receiver.counters().restarts, 0U);
}

TEST_F(Receiving, PutsBackIntoOrderOverTheWrap) {
  for (const std::uint16_t number : Numbers{65534, 1, 0, 65535, 2}) push(number);
  EXPECT_EQ(got, (Numbers{65534, 65535, 0, 1, 2}));
  EXPECT_EQ(receiver.counters().lost, 0U);
  EXPECT_EQ(receiver.counters().reordered, 2U);
}

TEST_F(Receiving, DropsDuplicatesAndWhatIsTooLate) {
  for (const std::uint16_t number : Numbers{10, 11, 11, 12, 10}) push(number);
  EXPECT_EQ(got, (Numbers{10, 11, 12}));
  EXPECT_EQ(receiver.counters().late, 2U);
  push(14);
  push(14);
  EXPECT_EQ(receiver.counters().late, 3U);
}

TEST_F(Receiving, GivesUpAMissingPacketAfterSixteen) {
  push(100);
  for (std::uint16_t number = 102; number < 118; ++number) push(number);
  EXPECT_EQ(got, (Numbers{100}));
  push(118);
  EXPECT_EQ(got.size(), 18U);
  EXPECT_EQ(got.back(), 118);
  EXPECT_EQ(receiver.counters().lost, 1U);
}

TEST_F(Receiving, GivesUpAMissingPacketAfterATenthOfASecond) {
  push(100);
  push(103, milliseconds(10));
  push(104, milliseconds(109));
  EXPECT_EQ(got, (Numbers{100}));
  push(105, milliseconds(110));
  EXPECT_EQ(got, (Numbers{100, 103, 104, 105}));
  EXPECT_EQ(receiver.counters().lost, 2U);
}

TEST_F(Receiving, AnotherSenderIsARestart) {
  push(100);
  push(102);
  push(5, milliseconds(0), 2);
  push(6, milliseconds(0), 2);
  EXPECT_EQ(got, (Numbers{100, 102, 5, 6}));
  EXPECT_EQ(receiver.counters().restarts, 1U);
}

TEST_F(Receiving, AJumpOfTheSequenceIsBelievedWhenItGoesOn) {
  push(100);
  push(40'000);  // a stray
  push(101);
  EXPECT_EQ(got, (Numbers{100, 101}));
  push(50'000);
  push(50'001);
  push(50'002);
  EXPECT_EQ(got, (Numbers{100, 101, 50'001, 50'002}));
  EXPECT_EQ(receiver.counters().restarts, 1U);
}

}  // namespace
}  // namespace flu::wire
