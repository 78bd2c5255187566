#include "libcommon/service/secret_words.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SecretWords : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "secret_words." + std::to_string(::getpid()) + ".json";
    std::ofstream(path_) << R"({"version": 1, "secrets": ["rtsp://u:p@h/x"]})";
    ::unsetenv("FLU_UNIT");
  }
  void TearDown() override { ::unlink(path_.c_str()); }

  std::string path_;
};

TEST_F(SecretWords, AreReadOnlyWhereThereAreAny) {
  EXPECT_THAT(reveal_words({"udp://h:1"}, "/no/such/file", {}).value(), ElementsAre("udp://h:1"));
  EXPECT_THAT(reveal_words({"@1", "a=b"}, path_, {}).value(), ElementsAre("rtsp://u:p@h/x", "a=b"));
}

TEST_F(SecretWords, SayWhatIsMissing) {
  EXPECT_THAT(reveal_words({"@1"}, "", {}).error().message, HasSubstr("--conf"));
  EXPECT_THAT(reveal_words({"@2"}, path_, {}).error().message, HasSubstr(path_));
  EXPECT_THAT(reveal_words({"@1"}, "/no/such/file", {}).error().message,
              HasSubstr("/no/such/file"));
}

TEST_F(SecretWords, OfAUnitAreInItsRunDirectory) {
  ::setenv("FLU_UNIT", "ingest@no-such", 1);
  CommonOptions common;
  common.run_dir = testing::TempDir();
  EXPECT_THAT(reveal_words({"@1"}, "", common).error().message,
              HasSubstr("/conf/ingest@no-such.json"));
  ::unsetenv("FLU_UNIT");
}

}  // namespace
}  // namespace flu::service
