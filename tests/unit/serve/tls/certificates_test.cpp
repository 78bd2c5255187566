#include "tools/serve/tls/certificates.h"

#include <cstdio>
#include <fstream>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"
#include "tests/unit/io/test_certificate.h"

namespace flu::serve {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CertificatesTest : public testing::Test {
 protected:
  // By rename, as it is done.
  void put(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / "new") << text;
    ASSERT_EQ(std::rename((folder_ / "new").c_str(), (folder_ / name).c_str()), 0);
  }
  void put_pair(const std::string& name, const io::TestCertificate& made) {
    put(name + ".crt", made.certificate());
    put(name + ".key", made.key("flussonic"));
  }
  Certificates make() {
    return Certificates({{}, folder_ / "", TicketSecret({1}, now_)},
                        [this](const std::string& line, bool is_trouble) {
                          (is_trouble ? troubles_ : lines_).push_back(line);
                        });
  }
  void look(Certificates& certificates) {
    now_ += std::chrono::seconds(2);
    certificates.refresh(now_);
  }
  static std::vector<std::string> names(const Certificates& certificates) {
    std::vector<std::string> out;
    for (const auto& one : certificates.identities()) out.push_back(one->names().front());
    return out;
  }

  io::TemporaryFolder folder_;
  MonotonicTime now_{std::chrono::hours(1)};
  std::vector<std::string> lines_;
  std::vector<std::string> troubles_;
};

TEST_F(CertificatesTest, AFolderHasPairsAndTheServersOwnIsFirst) {
  put_pair("a", io::TestCertificate("DNS:a"));
  put_pair("flussonic", io::TestCertificate("DNS:old"));
  put_pair("flu", io::TestCertificate("DNS:flu"));
  put("flu-ca.crt", io::TestCertificate("DNS:authority").certificate());
  put("alone.crt", io::TestCertificate("DNS:alone").certificate());
  auto certificates = make();
  EXPECT_THAT(certificates.identities(), IsEmpty());
  look(certificates);
  EXPECT_THAT(names(certificates), ElementsAre("flu", "old", "a"));
  EXPECT_EQ(certificates.trouble(), "");
}

TEST_F(CertificatesTest, AnEmptyFolderIsToldAndFilledLater) {
  auto certificates = make();
  look(certificates);
  EXPECT_THAT(certificates.trouble(), HasSubstr("expected NAME.crt with NAME.key in "));
  put_pair("flu", io::TestCertificate("DNS:flu"));
  look(certificates);
  EXPECT_THAT(names(certificates), ElementsAre("flu"));
}

TEST_F(CertificatesTest, WhatIsReplacedIsLoadedOnce) {
  put_pair("flu", io::TestCertificate("DNS:one"));
  auto certificates = make();
  look(certificates);
  const auto first = certificates.identities().front();
  look(certificates);
  EXPECT_EQ(certificates.identities().front(), first);
  put_pair("flu", io::TestCertificate("DNS:two"));
  look(certificates);
  EXPECT_THAT(names(certificates), ElementsAre("two"));
  EXPECT_EQ(lines_.size(), 2U);
  EXPECT_THAT(troubles_, IsEmpty());
}

TEST_F(CertificatesTest, HalfAReplacementIsWaitedForThenTold) {
  put_pair("flu", io::TestCertificate("DNS:one"));
  auto certificates = make();
  look(certificates);
  const io::TestCertificate next("DNS:two");
  put("flu.crt", next.certificate());
  look(certificates);
  EXPECT_THAT(troubles_, IsEmpty());
  look(certificates);
  ASSERT_EQ(troubles_.size(), 1U);
  EXPECT_THAT(troubles_.front(), HasSubstr("does not belong to certificate"));
  EXPECT_THAT(troubles_.front(), HasSubstr("the one before stays in use"));
  EXPECT_THAT(names(certificates), ElementsAre("one"));
  look(certificates);
  EXPECT_EQ(troubles_.size(), 1U);  // told once
  put("flu.key", next.key());
  look(certificates);
  EXPECT_THAT(names(certificates), ElementsAre("two"));
  EXPECT_EQ(certificates.trouble(), "");
}

TEST_F(CertificatesTest, OneThatIsBadTakesNoOtherAway) {
  put_pair("flu", io::TestCertificate("DNS:flu"));
  put("b.crt", "nonsense");
  put("b.key", "nonsense");
  auto certificates = make();
  look(certificates);
  EXPECT_THAT(names(certificates), ElementsAre("flu"));
  EXPECT_THAT(certificates.trouble(), HasSubstr("b.crt: expected PEM"));
}

}  // namespace
}  // namespace flu::serve
