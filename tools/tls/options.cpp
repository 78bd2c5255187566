#include "tools/tls/options.h"

#include "libcommon/base/host_port.h"

namespace flu::tls {
namespace {

std::string check_peer(const std::string& text) {
  const auto parsed = parse_host_port(text);
  return parsed ? "" : parsed.error().message;
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  auto* const ca = cli.add_option("--ca", options.ca_file,
                                  "Trust the authorities in this PEM file instead of the system's")
                       ->check(CLI::ExistingFile)
                       ->type_name("FILE");
  cli.add_flag("--no-verify", options.is_unverified,
               "Accept any certificate: whoever is in between can read and change everything")
      ->excludes(ca);
  cli.add_option("peer", options.peer, "Where to connect to; IPv6 addresses in brackets")
      ->required()
      ->check(CLI::Validator(check_peer, ""))
      ->type_name("HOST:PORT");
}

}  // namespace flu::tls
