#include "libcommon/service/stream_wants.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"
#include "libcommon/io/unix_socket.h"

namespace flu::service {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MonotonicTime kStart{std::chrono::hours(1)};

class StreamWantsTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "flu-wants-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ASSERT_TRUE(io::make_directories(folder_ + "/conf"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void configure(const std::string& text) {
    ASSERT_TRUE(io::replace_file(folder_ + "/conf/serve.json", as_bytes(text)));
  }
  void listen() {
    connection_.reset();
    listener_.reset();
    auto listener = io::listen_unix(folder_ + "/control.sock", io::UnixType::kSeqPacket);
    ASSERT_TRUE(listener);
    listener_ = std::move(*listener);
  }
  // What the supervisor has got, or null.
  json next() {
    if (!connection_) {
      auto accepted = io::accept_unix(listener_.get());
      if (!accepted || !*accepted) return {};
      connection_ = std::move(**accepted);
    }
    auto message = io::receive_message(connection_->get());
    if (!message || !*message) return {};
    return json::parse((*message)->data.begin(), (*message)->data.end());
  }

  std::string folder_;
  boost::asio::io_context loop_;
  UniqueFd listener_;
  std::optional<UniqueFd> connection_;
};

constexpr const char* kConf =
    R"({"streams":[{"name":"a","on_demand":true},{"name":"s","on_demand":false}]})";

TEST_F(StreamWantsTest, TouchesOnDemandStreamsOnly) {
  configure(kConf);
  listen();
  ServeConf conf{RunDir(folder_)};
  StreamWants wants(loop_, RunDir(folder_), conf);
  EXPECT_TRUE(wants.touch("a", kStart));
  EXPECT_FALSE(wants.touch("s", kStart));
  EXPECT_FALSE(wants.touch("zebra", kStart));
  EXPECT_EQ(next(), (json{{"command", "touch"}, {"name", "a"}}));
  EXPECT_TRUE(next().is_null());
}

TEST_F(StreamWantsTest, ManyClientsAreOneTouchAtATime) {
  configure(kConf);
  listen();
  ServeConf conf{RunDir(folder_)};
  StreamWants wants(loop_, RunDir(folder_), conf);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(wants.touch("a", kStart));
  EXPECT_FALSE(next().is_null());
  EXPECT_TRUE(next().is_null());
  wants.touch("a", kStart + milliseconds(600));
  EXPECT_FALSE(next().is_null());
}

TEST_F(StreamWantsTest, WithoutASupervisorNothingIsOnDemand) {
  ServeConf conf{RunDir(folder_)};
  StreamWants wants(loop_, RunDir(folder_), conf);
  EXPECT_FALSE(wants.touch("a", kStart));
  wants.hold("a", kStart);
  wants.release("a");
  configure("no json");
  EXPECT_FALSE(wants.touch("a", kStart + seconds(1)));
  configure(R"({"streams":[5,{"name":7,"on_demand":false}]})");
  EXPECT_FALSE(wants.touch("a", kStart + seconds(2)));
}

TEST_F(StreamWantsTest, AChangedConfigIsSeen) {
  configure(kConf);
  ServeConf conf{RunDir(folder_)};
  StreamWants wants(loop_, RunDir(folder_), conf);
  EXPECT_TRUE(wants.touch("a", kStart));
  configure(R"({"streams":[{"name":"b","on_demand":true}]})");
  EXPECT_TRUE(wants.touch("b", kStart + seconds(1)));
  EXPECT_FALSE(wants.touch("a", kStart + seconds(1)));
}

TEST_F(StreamWantsTest, HoldsAreRepeatedToANewSupervisor) {
  configure(kConf);
  listen();
  ServeConf conf{RunDir(folder_)};
  StreamWants wants(loop_, RunDir(folder_), conf);
  wants.hold("a", kStart);
  wants.hold("a", kStart);
  EXPECT_EQ(next()["command"], "want");
  EXPECT_TRUE(next().is_null());
  listen();
  loop_.run_for(milliseconds(50));  // notices the end
  wants.touch("a", kStart + seconds(2));
  EXPECT_EQ(next()["command"], "want");
  EXPECT_EQ(next()["command"], "touch");
  wants.release("a");
  EXPECT_EQ(next()["command"], "unwant");
}

}  // namespace
}  // namespace flu::service
