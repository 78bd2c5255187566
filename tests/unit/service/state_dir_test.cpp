#include "libcommon/service/state_dir.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace flu::service {
namespace {

TEST(StateDir, TheOptionDecidesAndTheFolderIsMade) {
  std::string name = (std::filesystem::temp_directory_path() / "flu-state.XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  CommonOptions options;
  options.state_dir = folder / "a" / "b";
  const auto state = open_state_dir(options);
  ASSERT_TRUE(state) << state.error().message;
  EXPECT_EQ(*state, options.state_dir);
  EXPECT_TRUE(std::filesystem::is_directory(options.state_dir));
  std::filesystem::remove_all(folder);
}

TEST(StateDir, WithoutTheOptionItIsTheUsersOwn) {
  if (::access("/var/lib/flu", W_OK | X_OK) == 0) GTEST_SKIP() << "this user has the server's";
  ::setenv("XDG_STATE_HOME", "/home/a/state", 1);
  EXPECT_EQ(find_state_dir({}), "/home/a/state/flu");
  ::unsetenv("XDG_STATE_HOME");
  ::setenv("HOME", "/home/a", 1);
  EXPECT_EQ(find_state_dir({}), "/home/a/.local/state/flu");
}

}  // namespace
}  // namespace flu::service
