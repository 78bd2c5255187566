#include "tools/serve/tls/certificate_watch.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"
#include "tests/unit/io/test_certificate.h"

namespace flu::serve {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

class CertificateWatchTest : public testing::Test {
 protected:
  void put(const io::TestCertificate& made) {
    std::ofstream(folder_ / "a.crt") << made.certificate();
    std::ofstream(folder_ / "a.key") << made.key();
  }
  // What it says of the dates.
  std::string started() {
    CertificateWatch watch({{}, folder_ / "", {}});
    testing::internal::CaptureStderr();
    EXPECT_TRUE(watch.start(MonotonicTime(hours(1)), wall_now()));
    watch.tick(MonotonicTime(hours(2)), wall_now());
    state_ = watch.state(wall_now());
    return testing::internal::GetCapturedStderr();
  }

  io::TemporaryFolder folder_;
  nlohmann::json state_;
};

TEST_F(CertificateWatchTest, AnEndThatIsNearIsToldOnceADay) {
  put(io::TestCertificate("DNS:a", "a", 2));
  const std::string said = started();
  const auto first = said.find("ends soon");
  EXPECT_NE(first, std::string::npos) << said;
  EXPECT_EQ(said.find("ends soon", first + 1), std::string::npos) << said;
  EXPECT_EQ(state_.at(0).at("is_valid"), true);
  EXPECT_EQ(state_.at(0).at("names"), nlohmann::json({"a"}));
}

TEST_F(CertificateWatchTest, OneThatIsOutOfDateIsUsedAllTheSame) {
  put(io::TestCertificate("DNS:a", "a", -1));
  EXPECT_THAT(started(), HasSubstr("is out of date"));
  EXPECT_EQ(state_.at(0).at("is_valid"), false);
}

TEST_F(CertificateWatchTest, OneThatLastsIsNoTrouble) {
  put(io::TestCertificate("DNS:a", "a", 90));
  EXPECT_EQ(started().find("soon"), std::string::npos);
}

TEST_F(CertificateWatchTest, NamedFilesHaveToBeGood) {
  CertificateWatch watch({{{folder_ / "a.crt", folder_ / "a.key", ""}}, "", {}});
  const auto done = watch.start(MonotonicTime(hours(1)), wall_now());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(done.error().message, HasSubstr("--tls-cert: "));
}

TEST_F(CertificateWatchTest, AnEmptyFolderIsTold) {
  EXPECT_THAT(started(), HasSubstr("no certificate: expected NAME.crt"));
}

}  // namespace
}  // namespace flu::serve
