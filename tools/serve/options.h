#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::serve {

struct Options {
  std::vector<std::string> http;   // [IP:]PORT
  std::vector<std::string> https;  // without both, --http 8080
  std::vector<std::string> tls_cert;
  std::vector<std::string> tls_key;  // one each, or none
  std::string tls_dir = "/etc/flu";
  unsigned workers = 0;  // 0: one a core
  std::string access_log;
  std::string drain_timeout = "1h";
  std::string dvr_root;  // "": only streams that are configured with one have an archive
};

void define_options(CLI::App& cli, Options& options);

}  // namespace flu::serve
