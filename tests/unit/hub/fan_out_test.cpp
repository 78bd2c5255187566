#include "tools/segment/fan_out.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/io/unix_socket.h"
#include "tools/segment/limits.h"

namespace flu::hub {
namespace {

constexpr std::size_t kFragment = 16 + 1000;

class FanOutTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "fan.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fan_out_.listen(std::move(*io::listen_unix(socket_path(), io::UnixType::kStream)), [] {});
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string socket_path() const { return folder_ + "/out.sock"; }

  // A log with a head that names it and, as its first fragment, a key frame.
  std::shared_ptr<LogFile> make_log(char name, std::uint64_t tracks_number) {
    auto log = *LogFile::create(folder_ + "/" + name, tracks_number);
    log->append(as_bytes(std::string("head") + name), {});
    log->end_head();
    add(*log, true);
    return log;
  }

  // A moof without content and an mdat full of the fragment's number.
  void add(LogFile& log, bool is_key) {
    if (is_key) log.mark_key();
    Buffer box = {0, 0, 0, 8, 'm', 'o', 'o', 'f', 0, 0, 3, 0xF0, 'm', 'd', 'a', 't'};
    const Buffer payload(1000, static_cast<std::uint8_t>(number_++));
    log.append(box, payload);
    ASSERT_TRUE(log.flush());
  }

  UniqueFd connect() {
    auto fd = io::connect_unix(socket_path(), io::UnixType::kStream);
    EXPECT_TRUE(fd);
    poll();
    return std::move(*fd);
  }

  void poll() {
    loop_.restart();
    loop_.poll();
  }

  static std::string read_some(int fd, std::size_t most = 1 << 20) {
    std::string out(most, 0);
    const ssize_t got = ::recv(fd, out.data(), out.size(), MSG_DONTWAIT);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }
  std::string read_all(int fd) {
    std::string out;
    while (true) {
      const std::string more = read_some(fd);
      if (more.empty()) return out;
      out += more;
      poll();
    }
  }

  // The numbers of the fragments, with "h" for a head in between.
  static std::string shape(const std::string& bytes) {
    std::string out;
    for (std::size_t at = 0; at < bytes.size();) {
      if (bytes.compare(at, 4, "head") == 0) {
        out += std::string("h") + bytes[at + 4] + " ";
        at += 5;
        continue;
      }
      if (at + kFragment > bytes.size() || bytes.compare(at + 4, 4, "moof") != 0) return out + "?";
      out += std::to_string(static_cast<unsigned char>(bytes[at + 16])) + " ";
      at += kFragment;
    }
    return out;
  }

  std::string folder_;
  boost::asio::io_context loop_;
  FanOut fan_out_{loop_};
  int number_ = 0;
};

TEST_F(FanOutTest, AReaderBeginsWithTheHeadAndTheNewestKeyFrame) {
  auto log = make_log('a', 1);
  add(*log, false);
  add(*log, true);
  add(*log, false);
  fan_out_.progress(log);
  const UniqueFd reader = connect();
  EXPECT_EQ(shape(read_all(reader.get())), "ha 2 3 ");
  add(*log, false);
  fan_out_.progress(log);
  EXPECT_EQ(shape(read_all(reader.get())), "4 ");
}

TEST_F(FanOutTest, AReaderMayComeBeforeTheStream) {
  const UniqueFd reader = connect();
  EXPECT_EQ(fan_out_.count(), 1U);
  fan_out_.progress(make_log('a', 1));
  EXPECT_EQ(shape(read_all(reader.get())), "ha 0 ");
}

TEST_F(FanOutTest, GoesOnInTheNextLogWithoutItsHeadAndItsCopies) {
  auto first = make_log('a', 1);
  fan_out_.progress(first);
  const UniqueFd reader = connect();
  auto second = make_log('b', 1);
  second->begin_carried();
  add(*second, false);
  second->end_carried();
  add(*second, false);
  first->set_next(second);
  fan_out_.progress(second);
  EXPECT_EQ(shape(read_all(reader.get())), "ha 0 1 3 ");
  const UniqueFd late = connect();
  EXPECT_EQ(shape(read_all(late.get())), "hb 1 2 3 ");
}

TEST_F(FanOutTest, SendsTheHeadWhereTheTracksChange) {
  auto first = make_log('a', 1);
  fan_out_.progress(first);
  const UniqueFd reader = connect();
  fan_out_.progress(nullptr);
  auto second = make_log('b', 2);
  first->set_next(second);
  fan_out_.progress(second);
  EXPECT_EQ(shape(read_all(reader.get())), "ha 0 hb 1 ");
}

TEST_F(FanOutTest, ASlowReaderGoesOnAtTheNewestKeyFrameWithWholeFragments) {
  auto log = make_log('a', 1);
  fan_out_.progress(log);
  const UniqueFd reader = connect();
  // Far more than the socket takes, in GOPs of ten.
  std::shared_ptr<LogFile> now = log;
  for (int i = 1; i < 6000; ++i) {
    if (i % 1000 == 0) {
      auto next = make_log(static_cast<char>('a' + i / 1000), 1);
      now->set_next(next);
      now = next;
    } else {
      add(*now, i % 10 == 0);
    }
    fan_out_.progress(now);
  }
  const std::string got = read_all(reader.get());
  EXPECT_GT(fan_out_.skips(), 0U);
  EXPECT_EQ((got.size() - 5) % kFragment, 0U);
  EXPECT_EQ(shape(got).find('?'), std::string::npos);
  EXPECT_LT(got.size(), 3'000'000U);
  // It came to the end: the last fragment is the newest.
  EXPECT_EQ(static_cast<std::uint8_t>(got.back()), static_cast<std::uint8_t>(number_ - 1));
  EXPECT_EQ(fan_out_.count(), 1U);
}

TEST_F(FanOutTest, AReaderThatTakesNothingIsClosed) {
  auto log = make_log('a', 1);
  fan_out_.progress(log);
  const MonotonicTime before = monotonic_now();
  const UniqueFd reader = connect();
  const UniqueFd other = connect();
  for (int i = 1; i < 3000; ++i) {
    add(*log, i % 10 == 0);
    fan_out_.progress(log);
    read_some(other.get());
    poll();
  }
  fan_out_.check(before + kMaxReaderStall / 2);
  EXPECT_EQ(fan_out_.count(), 2U);
  read_all(other.get());
  fan_out_.check(monotonic_now() + kMaxReaderStall);
  EXPECT_EQ(fan_out_.count(), 1U);
}

TEST_F(FanOutTest, SeesThatAReaderLeft) {
  fan_out_.progress(make_log('a', 1));
  { const UniqueFd reader = connect(); }
  poll();
  EXPECT_EQ(fan_out_.count(), 0U);
}

TEST_F(FanOutTest, RefusesMoreReadersThanItsLimit) {
  std::vector<UniqueFd> readers;
  for (std::size_t i = 0; i < kMaxReaders + 5; ++i) readers.push_back(connect());
  EXPECT_EQ(fan_out_.count(), kMaxReaders);
}

TEST_F(FanOutTest, ACleanEndIsMarked) {
  auto log = make_log('a', 1);
  fan_out_.progress(log);
  const UniqueFd reader = connect();
  fan_out_.close_all();
  const std::string got = read_all(reader.get());
  EXPECT_NE(got.find("lmsg"), std::string::npos);
  EXPECT_EQ(fan_out_.count(), 0U);
}

}  // namespace
}  // namespace flu::hub
