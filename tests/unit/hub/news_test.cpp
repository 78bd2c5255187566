#include "tools/segment/news.h"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/io/unix_socket.h"

namespace flu::hub {
namespace {

class NewsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "news.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    news_.listen(std::move(*io::listen_unix(path(), io::UnixType::kSeqPacket)),
                 [this] { return current_; });
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string path() const { return folder_ + "/win.sock"; }
  UniqueFd connect() {
    auto fd = io::connect_unix(path(), io::UnixType::kSeqPacket);
    EXPECT_TRUE(fd);
    poll();
    return std::move(*fd);
  }
  void poll() {
    loop_.restart();
    loop_.poll();
  }
  static segment::IndexRecord record(std::uint32_t seq, segment::RecordType type) {
    segment::IndexRecord out;
    out.type = type;
    out.seq = seq;
    out.start = media::Timestamp(158'741'550'000'000);
    return out;
  }
  static std::optional<segment::IndexRecord> receive(int fd) {
    const auto message = io::receive_message(fd);
    if (!message || !*message) return std::nullopt;
    EXPECT_EQ((*message)->data.size(), segment::kRecordSize);
    return *segment::parse_record((*message)->data);
  }

  std::string folder_;
  boost::asio::io_context loop_;
  News news_{loop_};
  std::vector<segment::IndexRecord> current_;
};

TEST_F(NewsTest, TellsEachRecordInAMessageOfItsOwn) {
  const UniqueFd one = connect();
  const UniqueFd other = connect();
  const auto part = record(7, segment::RecordType::kPart);
  const auto whole = record(7, segment::RecordType::kSegment);
  news_.tell(part);
  news_.tell(whole);
  for (const int fd : {one.get(), other.get()}) {
    EXPECT_EQ(receive(fd), part);
    EXPECT_EQ(receive(fd), whole);
    EXPECT_FALSE(receive(fd));
  }
}

TEST_F(NewsTest, ANewcomerHearsThePartsOfTheGrowingSegmentFirst) {
  current_ = {record(8, segment::RecordType::kPart)};
  const UniqueFd client = connect();
  EXPECT_EQ(receive(client.get()), current_.front());
}

TEST_F(NewsTest, WhoDoesNotListenIsClosed) {
  const UniqueFd client = connect();
  for (int i = 0; i < 100'000 && news_.count() > 0; ++i) {
    news_.tell(record(1, segment::RecordType::kPart));
  }
  EXPECT_EQ(news_.count(), 0U);
}

TEST_F(NewsTest, SeesThatAClientLeft) {
  { const UniqueFd client = connect(); }
  poll();
  EXPECT_EQ(news_.count(), 0U);
}

}  // namespace
}  // namespace flu::hub
