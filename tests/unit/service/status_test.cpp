#include "libcommon/service/status.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/service/process.h"

namespace flu::service {
namespace {

using nlohmann::json;

// A supervisor's end of status.sock in a run directory of its own.
class StatusTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "flu-status-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    options_.run_dir = pattern;
    ::setenv("FLU_UNIT", "segment@a", 1);
    ::setenv("FLU_PLAN_HASH", "abc", 1);
  }
  void TearDown() override {
    ::unsetenv("FLU_UNIT");
    std::filesystem::remove_all(options_.run_dir);
  }

  void listen() {
    auto listener = io::listen_unix(options_.run_dir + "/status.sock", io::UnixType::kSeqPacket);
    ASSERT_TRUE(listener) << listener.error().message;
    listener_ = std::move(*listener);
    connection_.reset();
  }

  // The next message, while the program's loop runs.
  json next(std::vector<UniqueFd>* fds = nullptr) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < end) {
      loop_.restart();
      loop_.run_for(std::chrono::milliseconds(10));
      if (!connection_) {
        auto accepted = io::accept_unix(listener_.get());
        if (!accepted || !*accepted) continue;
        connection_ = std::move(**accepted);
      }
      auto message = io::receive_message(connection_->get());
      if (!message || !*message) continue;
      if (fds != nullptr) *fds = std::move((*message)->fds);
      return json::parse((*message)->data.begin(), (*message)->data.end());
    }
    ADD_FAILURE() << "no message came";
    return {};
  }

  CommonOptions options_;
  boost::asio::io_context loop_;
  UniqueFd listener_;
  std::optional<UniqueFd> connection_;
};

TEST_F(StatusTest, SaysHelloReadyAndItsCounters) {
  listen();
  StatusReporter reporter(loop_, options_, [] { return json{{"frames", 7}}; });
  const json hello = next();
  EXPECT_EQ(hello["type"], "hello");
  EXPECT_EQ(hello["unit"], "segment@a");
  EXPECT_EQ(hello["pid"], ::getpid());
  EXPECT_EQ(hello["plan_hash"], "abc");
  EXPECT_EQ(hello["start_time"], identify_process(::getpid())->start_time);
  reporter.ready({{"http", "127.0.0.1", 80}}, {listener_.get()});
  std::vector<UniqueFd> fds;
  const json ready = next(&fds);
  EXPECT_EQ(ready["type"], "ready");
  EXPECT_EQ(ready["listen"][0]["port"], 80);
  EXPECT_EQ(fds.size(), 1U);
  const json counters = next();
  EXPECT_EQ(counters["type"], "counters");
  EXPECT_EQ(counters["frames"], 7);
}

TEST_F(StatusTest, RepeatsAllToANewSupervisor) {
  StatusReporter reporter(loop_, options_, [] { return json::object(); });
  reporter.ready();
  reporter.event("source_lost", {{"url", "udp://x"}});
  listen();
  EXPECT_EQ(next()["type"], "hello");
  EXPECT_EQ(next()["type"], "ready");
  const json event = next();
  EXPECT_EQ(event["event"], "source_lost");
  EXPECT_EQ(event["url"], "udp://x");
  listener_.reset();
  connection_.reset();
  listen();
  EXPECT_EQ(next()["type"], "hello");
  EXPECT_EQ(next()["type"], "ready");
}

TEST_F(StatusTest, KeepsABoundedNumberOfEvents) {
  StatusReporter reporter(loop_, options_, [] { return json::object(); });
  for (int i = 0; i < 1000; ++i) reporter.event("e", {{"i", i}});
  listen();
  EXPECT_EQ(next()["type"], "hello");
  EXPECT_EQ(next()["i"], 1000 - 256);
}

TEST_F(StatusTest, HandsCommandsToTheProgram) {
  listen();
  StatusReporter reporter(loop_, options_, nullptr);
  json heard;
  reporter.on_command([&](const json& command) { heard = command; });
  next();
  ASSERT_TRUE(io::send_message(connection_->get(), as_bytes("no json")));
  ASSERT_TRUE(io::send_message(connection_->get(), as_bytes(R"({"type":"options","x":1})")));
  loop_.restart();
  loop_.run_for(std::chrono::milliseconds(100));
  EXPECT_EQ(heard["x"], 1);
}

TEST_F(StatusTest, TellsWhyItExits) {
  listen();
  StatusReporter reporter(loop_, options_, nullptr);
  next();
  reporter.exiting(3, "connect: refused");
  json message = next();
  EXPECT_EQ(message["type"], "counters");
  message = next();
  EXPECT_EQ(message["type"], "exiting");
  EXPECT_EQ(message["code"], 3);
  EXPECT_EQ(message["reason"], "connect: refused");
}

TEST_F(StatusTest, AProgramThatRanForAMomentHasCountersToo) {
  ::unsetenv("FLU_UNIT");
  options_.is_status = true;
  testing::internal::CaptureStderr();
  {
    StatusReporter reporter(loop_, options_, [] { return json{{"frames", 75}}; });
    reporter.ready();
    reporter.exiting(0, "");
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find(R"("frames":75)"), std::string::npos) << text;
  EXPECT_LT(text.find(R"("frames":75)"), text.find(R"("type":"exiting")"));
}

TEST_F(StatusTest, WithoutASupervisorTheLoopIsLeftAlone) {
  ::unsetenv("FLU_UNIT");
  StatusReporter reporter(loop_, options_, [] { return json::object(); });
  reporter.ready();
  reporter.event("e", {});
  EXPECT_EQ(loop_.run(), 0U);
}

TEST(ProcessIdentity, IsOfThisProcessOnly) {
  const auto self = identify_process(::getpid());
  ASSERT_TRUE(self);
  EXPECT_GT(self->start_time, 0U);
  EXPECT_EQ(identify_process(::getpid())->start_time, self->start_time);
  EXPECT_FALSE(identify_process(-5).has_value());
  EXPECT_EQ(boot_id()->size(), 36U);
}

}  // namespace
}  // namespace flu::service
