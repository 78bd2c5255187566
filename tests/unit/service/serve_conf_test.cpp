#include "libcommon/service/serve_conf.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"

namespace flu::service {
namespace {

using std::chrono::seconds;

constexpr MonotonicTime kStart{std::chrono::hours(1)};

class ServeConfTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "flu-conf-XXXXXX";
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    ASSERT_TRUE(io::make_directories(folder_ + "/conf"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void configure(const std::string& text) {
    ASSERT_TRUE(io::replace_file(folder_ + "/conf/serve.json", as_bytes(text)));
  }

  std::string folder_;
};

TEST_F(ServeConfTest, KnowsTheStreamsAndWhatIsSaidOfThem) {
  configure(R"({"streams":[{"name":"a","on_demand":true,"title":"Первый"},
                           {"name":"s","on_demand":false,"title":"Two"},
                           {"name":"u","title":7},{"title":"x"},5,{"name":7}]})");
  ServeConf conf{RunDir(folder_)};
  EXPECT_EQ(conf.find("a"), nullptr);  // not looked at yet
  EXPECT_TRUE(conf.refresh(kStart));
  EXPECT_EQ(conf.of("a").title, "Первый");
  EXPECT_TRUE(conf.of("a").is_on_demand);
  EXPECT_EQ(conf.of("s").title, "Two");
  EXPECT_EQ(conf.of("u").title, "");
  EXPECT_EQ(conf.find("zebra"), nullptr);
  EXPECT_EQ(conf.of("zebra"), StreamOptions{});
}

TEST_F(ServeConfTest, SeesAnotherFileWithinASecond) {
  configure(R"({"streams":[{"name":"a","title":"one"}]})");
  ServeConf conf{RunDir(folder_)};
  EXPECT_TRUE(conf.refresh(kStart));
  EXPECT_FALSE(conf.refresh(kStart + seconds(1)));
  configure(R"({"streams":[{"name":"b","title":"two"}]})");
  EXPECT_TRUE(conf.refresh(kStart + seconds(2)));
  EXPECT_EQ(conf.find("a"), nullptr);
  EXPECT_EQ(conf.of("b").title, "two");
}

TEST_F(ServeConfTest, AFileThatCannotBeReadChangesNothing) {
  configure(R"({"streams":[{"name":"a","title":"one"}]})");
  ServeConf conf{RunDir(folder_)};
  EXPECT_TRUE(conf.refresh(kStart));
  for (const char* text : {"no json", "[]", ""}) {
    configure(text);
    EXPECT_FALSE(conf.refresh(kStart + seconds(1))) << text;
    EXPECT_EQ(conf.of("a").title, "one") << text;
  }
}

TEST_F(ServeConfTest, WithoutASupervisorThereAreNoStreams) {
  ServeConf conf{RunDir(folder_)};
  EXPECT_FALSE(conf.refresh(kStart));
  configure(R"({"streams":[{"name":"a"}]})");
  EXPECT_TRUE(conf.refresh(kStart + seconds(1)));
  EXPECT_NE(conf.find("a"), nullptr);
  std::filesystem::remove(folder_ + "/conf/serve.json");
  EXPECT_TRUE(conf.refresh(kStart + seconds(2)));
  EXPECT_EQ(conf.find("a"), nullptr);
}

}  // namespace
}  // namespace flu::service
