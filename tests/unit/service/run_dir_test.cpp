#include "libcommon/service/run_dir.h"

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace flu::service {
namespace {

class RunDirTest : public ::testing::Test {
 protected:
  RunDirTest() {
    std::string name = (std::filesystem::temp_directory_path() / "flu-run-dir.XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(path_); }

  std::filesystem::path path_;
};

TEST_F(RunDirTest, TheOptionDecidesAndTheFolderIsMade) {
  CommonOptions options;
  options.run_dir = path_ / "a" / "b";
  const auto run_dir = open_run_dir(options);
  ASSERT_TRUE(run_dir) << run_dir.error().message;
  EXPECT_EQ(run_dir->path(), options.run_dir);
  struct stat info {};
  ASSERT_EQ(::stat(options.run_dir.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07U, 0U) << "others may not look in";
}

TEST_F(RunDirTest, AFileInTheWayIsNamed) {
  CommonOptions options;
  options.run_dir = "/dev/null/run";
  const auto run_dir = open_run_dir(options);
  ASSERT_FALSE(run_dir);
  EXPECT_NE(run_dir.error().message.find("/dev/null"), std::string::npos)
      << run_dir.error().message;
}

TEST(RunDir, AStreamWithASlashIsOneFolder) {
  const RunDir run_dir("/run/flu");
  EXPECT_EQ(run_dir.live("sports/cam1"), "/run/flu/live/sports+cam1");
  EXPECT_EQ(run_dir.status_socket(), "/run/flu/status.sock");
}

}  // namespace
}  // namespace flu::service
