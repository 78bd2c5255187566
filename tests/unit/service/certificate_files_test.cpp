#include "libcommon/service/certificate_files.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/io/temporary_folder.h"

namespace flu::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(CertificateFiles, PairsInTheOrderOfTheirRank) {
  const io::TemporaryFolder folder;
  for (const char* name : {"a.crt", "a.key", "flussonic.crt", "flussonic.key", "flu.crt", "flu.key",
                           "flu-ca.crt", "alone.crt"}) {
    std::ofstream(folder / name) << "x";
  }
  std::vector<std::string> names;
  const auto files = certificate_files(folder / "");
  for (const auto& one : files)
    names.push_back(one.certificate.substr(one.certificate.rfind('/') + 1));
  EXPECT_THAT(names, ElementsAre("flu.crt", "flussonic.crt", "a.crt"));
  EXPECT_THAT(files.front().chain, HasSubstr("flu-ca.crt"));
  EXPECT_EQ(files.back().chain, "");
  EXPECT_THAT(certificate_files(folder / "none"), SizeIs(0));
}

TEST(CertificateFiles, HttpsWithoutOneIsWarnedOf) {
  const io::TemporaryFolder folder;
  const auto warnings = [&](std::string_view text) {
    auto loaded = config::load_config(text);
    warn_of_certificates(loaded, folder / "flu.conf");
    EXPECT_FALSE(loaded.diagnostics.has_errors());
    return loaded.diagnostics.all();
  };
  EXPECT_THAT(warnings("http 80;\n"), SizeIs(0));
  const auto missing = warnings("http 80;\nhttps 443;\n");
  ASSERT_THAT(missing, SizeIs(1));
  EXPECT_EQ(missing[0].line, 2U);
  EXPECT_THAT(missing[0].message, HasSubstr("expected flu.crt with flu.key in /"));
  std::ofstream(folder / "flu.crt") << "x";
  EXPECT_THAT(warnings("https 443;"), SizeIs(1));
  std::ofstream(folder / "flu.key") << "x";
  EXPECT_THAT(warnings("https 443;"), SizeIs(0));
}

}  // namespace
}  // namespace flu::service
