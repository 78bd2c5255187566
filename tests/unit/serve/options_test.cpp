#include "tools/serve/options.h"

#include <vector>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

Options parsed(std::vector<std::string> arguments) {
  Options options;
  CLI::App cli;
  define_options(cli, options);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants it
  cli.parse(arguments);
  return options;
}

TEST(Options, Defaults) {
  const Options options = parsed({});
  EXPECT_EQ(options.http, std::vector<std::string>{});
  EXPECT_EQ(options.tls_dir, "/etc/flu");
  EXPECT_EQ(options.workers, 0U);
  EXPECT_EQ(options.access_log, "");
}

TEST(Options, HttpMayBeRepeated) {
  const Options options = parsed({"--http", "80", "--http", "[::1]:8080", "--workers", "3"});
  EXPECT_EQ(options.http, (std::vector<std::string>{"80", "[::1]:8080"}));
  EXPECT_EQ(options.workers, 3U);
}

TEST(Options, AKeyBelongsToACertificate) {
  const Options options = parsed({"--https", "443", "--tls-cert", "a", "--tls-cert", "b"});
  EXPECT_EQ(options.https, std::vector<std::string>{"443"});
  EXPECT_EQ(options.tls_cert, (std::vector<std::string>{"a", "b"}));
  EXPECT_THROW(parsed({"--tls-key", "a"}), CLI::ParseError);
}

TEST(Options, RefusesABadNumberOfWorkers) {
  EXPECT_THROW(parsed({"--workers", "-1"}), CLI::ParseError);
  EXPECT_THROW(parsed({"--workers", "257"}), CLI::ParseError);
  EXPECT_THROW(parsed({"--workers", "two"}), CLI::ParseError);
}

}  // namespace
}  // namespace flu::serve
