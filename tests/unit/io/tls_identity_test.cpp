#include "libcommon/io/tls_identity.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"
#include "tests/unit/io/test_certificate.h"

namespace flu::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void put(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

class TlsIdentityTest : public testing::Test {
 protected:
  Result<std::shared_ptr<TlsIdentity>> load() {
    return TlsIdentity::load({folder_ / "c.crt", folder_ / "c.key", ""}, "flussonic");
  }
  std::string why() {
    const auto loaded = load();
    return loaded ? "" : loaded.error().message;
  }

  TemporaryFolder folder_;
  TestCertificate certificate_{"DNS:One.example,DNS:*.two.example,IP:127.0.0.1"};
};

TEST_F(TlsIdentityTest, TellsForWhomAndHowLong) {
  put(folder_ / "c.crt", certificate_.certificate());
  put(folder_ / "c.key", certificate_.key());
  const auto loaded = load();
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT((*loaded)->names(), ElementsAre("one.example", "*.two.example"));
  EXPECT_GT((*loaded)->valid_until(), wall_now() + std::chrono::hours(47));
  EXPECT_LT((*loaded)->valid_from(), wall_now());
}

TEST_F(TlsIdentityTest, AStarIsOneWholeLabel) {
  put(folder_ / "c.crt", certificate_.certificate());
  put(folder_ / "c.key", certificate_.key());
  const auto loaded = load();
  ASSERT_TRUE(loaded);
  for (const char* host : {"one.example", "ONE.Example", "one.example.", "a.two.example"}) {
    EXPECT_TRUE((*loaded)->is_for(host)) << host;
  }
  for (const char* host :
       {"", ".", "example", "xone.example", "two.example", ".two.example", "a.b.two.example"}) {
    EXPECT_FALSE((*loaded)->is_for(host)) << host;
  }
}

TEST_F(TlsIdentityTest, WithoutOtherNamesTheCommonNameCounts) {
  const TestCertificate old("", "Old.example");
  put(folder_ / "c.crt", old.certificate());
  put(folder_ / "c.key", old.key());
  const auto loaded = load();
  ASSERT_TRUE(loaded);
  EXPECT_THAT((*loaded)->names(), ElementsAre("old.example"));
}

TEST_F(TlsIdentityTest, AKeyMayBeEncryptedWithThePassword) {
  put(folder_ / "c.crt", certificate_.certificate());
  put(folder_ / "c.key", certificate_.key("flussonic"));
  EXPECT_EQ(why(), "");
  put(folder_ / "c.key", certificate_.key("another"));
  EXPECT_THAT(why(), HasSubstr("c.key: is encrypted, and not with the password 'flussonic'"));
}

TEST_F(TlsIdentityTest, SaysWhatIsWrongWithWhichFile) {
  EXPECT_THAT(why(), HasSubstr("c.crt"));
  put(folder_ / "c.crt", "no certificate");
  EXPECT_THAT(why(), HasSubstr("c.crt: expected PEM"));
  put(folder_ / "c.crt", certificate_.certificate());
  EXPECT_THAT(why(), HasSubstr("c.key"));
  put(folder_ / "c.key", certificate_.certificate());
  EXPECT_THAT(why(), HasSubstr("c.key: expected PEM, '-----BEGIN PRIVATE KEY-----'"));
  put(folder_ / "c.key", TestCertificate("DNS:one.example").key());
  EXPECT_THAT(why(), HasSubstr("c.key does not belong to certificate"));
  std::string broken = certificate_.certificate();
  broken.insert(broken.size() / 2, "!");
  put(folder_ / "c.crt", broken);
  EXPECT_THAT(why(), HasSubstr("c.crt: "));
}

TEST_F(TlsIdentityTest, NoCutOfTheFilesIsTaken) {
  const std::string certificate = certificate_.certificate();
  const std::string key = certificate_.key();
  put(folder_ / "c.key", key);
  for (std::size_t size = 0; size + 2 < certificate.size(); size += 7) {
    put(folder_ / "c.crt", certificate.substr(0, size));
    EXPECT_FALSE(load()) << size;
  }
  put(folder_ / "c.crt", certificate);
  for (std::size_t size = 0; size + 2 < key.size(); size += 7) {
    put(folder_ / "c.key", key.substr(0, size));
    EXPECT_FALSE(load()) << size;
  }
}

}  // namespace
}  // namespace flu::io
