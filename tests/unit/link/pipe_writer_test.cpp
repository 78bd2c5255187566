#include "libcommon/link/pipe_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include <gtest/gtest.h>

#include "libcommon/link/limits.h"
#include "tests/support/flu_samples.h"

namespace flu::link {
namespace {

using std::chrono::milliseconds;

class PipeWriterTest : public testing::Test {
 protected:
  PipeWriterTest() {
    ::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> fds{};
    EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
    read_.reset(fds[0]);
    ::fcntl(read_.get(), F_SETFL, O_NONBLOCK);
    write_.reset(fds[1]);
  }

  std::unique_ptr<PipeWriter> make(WriteMode mode) {
    return std::make_unique<PipeWriter>(loop_, std::move(write_), mode, "pipe");
  }

  // What the pipe holds now.
  Buffer take() {
    Buffer all;
    std::array<std::uint8_t, 65536> piece{};
    while (true) {
      const ssize_t count = ::read(read_.get(), piece.data(), piece.size());
      if (count <= 0) return all;
      append(all, Bytes(piece).first(static_cast<std::size_t>(count)));
    }
  }

  boost::asio::io_context loop_;
  UniqueFd read_;
  UniqueFd write_;
};

TEST_F(PipeWriterTest, WritesAllThatIsGatheredAtAFlush) {
  const auto writer = make(WriteMode::kLive);
  ASSERT_TRUE(writer->append({1, 2}, Buffer{3}));
  ASSERT_TRUE(writer->append({}, Buffer{4}));
  EXPECT_EQ(take(), Buffer());
  ASSERT_TRUE(writer->flush());
  EXPECT_EQ(take(), (Buffer{1, 2, 3, 4}));
  EXPECT_EQ(writer->counters().queued, 0U);
}

TEST_F(PipeWriterTest, WritesUnaskedWhatIsTooMuchToGather) {
  const auto writer = make(WriteMode::kLive);
  ASSERT_TRUE(writer->append({}, Buffer(kGatherBytes)));
  EXPECT_FALSE(take().empty());
}

TEST_F(PipeWriterTest, DrainsItsQueueFromTheLoopInOrder) {
  const auto writer = make(WriteMode::kLive);
  Buffer expected;
  for (unsigned i = 0; i < 50; ++i) {
    const Buffer header = test::pattern(100, i);
    const Buffer payload = test::pattern(7000, i + 1);
    append(expected, header);
    append(expected, payload);
    ASSERT_TRUE(writer->append(header, payload));
  }
  ASSERT_TRUE(writer->flush());
  EXPECT_GT(writer->counters().queued, 0U);
  Buffer got;
  while (got.size() < expected.size()) {
    append(got, take());
    loop_.run_one_for(milliseconds(1000));
  }
  EXPECT_EQ(got, expected);
  EXPECT_EQ(writer->counters().queued, 0U);
  EXPECT_EQ(writer->counters().bytes, expected.size());
}

TEST_F(PipeWriterTest, ALiveQueueIsFullAtItsLimitUntilHalfEmpty) {
  const auto writer = make(WriteMode::kLive);
  const Buffer piece(std::size_t{1} << 20);
  int appended = 0;
  while (writer->has_room()) {
    ASSERT_TRUE(writer->append({}, piece));
    ASSERT_LT(++appended, 20);
  }
  EXPECT_GE(writer->counters().queued, kLiveQueueBytes);
  EXPECT_LT(writer->counters().queued, kLiveQueueBytes + 2 * piece.size());
  while (writer->counters().queued > kLiveQueueBytes / 2) {
    EXPECT_FALSE(writer->has_room());
    take();
    loop_.run_one_for(milliseconds(1000));
  }
  EXPECT_TRUE(writer->has_room());
}

TEST_F(PipeWriterTest, BackPressureTellsWhenItHasDrained) {
  const auto writer = make(WriteMode::kBackPressure);
  bool has_drained = false;
  writer->on_drained([&] { has_drained = true; });
  const Buffer piece(std::size_t{1} << 20);
  ASSERT_TRUE(writer->append({}, piece));
  ASSERT_TRUE(writer->append({}, piece));
  EXPECT_TRUE(writer->is_full());
  EXPECT_TRUE(writer->has_room());
  while (!has_drained) {
    take();
    loop_.run_one_for(milliseconds(1000));
  }
  EXPECT_LE(writer->counters().queued, kPressureQueueBytes / 2);
  while (!writer->drain(milliseconds(0))) {
    take();
  }
}

TEST_F(PipeWriterTest, AClosedReaderIsToldFromTheLoop) {
  const auto writer = make(WriteMode::kLive);
  std::string told;
  writer->on_closed([&](const Error& error) { told = error.message; });
  read_.reset();
  loop_.run_one_for(milliseconds(1000));
  EXPECT_EQ(told, "pipe: closed by its reader");
  EXPECT_EQ(writer->append({1}, {}).error().code, ErrorCode::kCancelled);
}

TEST_F(PipeWriterTest, DrainGivesUpInTime) {
  const auto writer = make(WriteMode::kLive);
  ASSERT_TRUE(writer->append({}, Buffer(std::size_t{1} << 20)));
  EXPECT_FALSE(writer->drain(milliseconds(10)));
}

TEST_F(PipeWriterTest, AFileTakesEverything) {
  write_.reset(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const auto writer = make(WriteMode::kLive);
  ASSERT_TRUE(writer->append({1}, Buffer(std::size_t{1} << 24)));
  EXPECT_EQ(writer->counters().queued, 0U);
}

TEST_F(PipeWriterTest, MayBeDestroyedWhileItWaits) {
  auto writer = make(WriteMode::kLive);
  ASSERT_TRUE(writer->append({}, Buffer(std::size_t{1} << 20)));
  writer.reset();
  loop_.run_for(milliseconds(10));
}

}  // namespace
}  // namespace flu::link
