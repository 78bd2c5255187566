#include "libcommon/service/data_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::service {
namespace {

TEST(DataFile, TheVariableGoesFirst) {
  std::string folder = (std::filesystem::temp_directory_path() / "flu-data.XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  std::ofstream(folder + "/here") << "x";
  ::setenv("FLU_DATA_DIR", folder.c_str(), 1);
  const auto found = find_data_file("here");
  const auto missing = find_data_file("web/there");
  ::unsetenv("FLU_DATA_DIR");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(*found, folder + "/here");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().message, testing::HasSubstr(folder + "/web/there, "));
  EXPECT_THAT(missing.error().message, testing::EndsWith("../share/flu/web/there"));
}

}  // namespace
}  // namespace flu::service
