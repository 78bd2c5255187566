#include "libcommon/service/certificate_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace flu::service {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCertificates = 1000;
constexpr std::string_view kCertificate = ".crt";
constexpr std::string_view kChain = "-ca.crt";

// flu.crt is for who names none of the others; so is flussonic.crt, as it is carried over.
int rank_of(const std::string& name) {
  if (name == "flu") return 0;
  return name == "flussonic" ? 1 : 2;
}

}  // namespace

std::vector<io::TlsFiles> certificate_files(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator place(folder, ec), end; !ec && place != end; place.increment(ec)) {
    std::string name = place->path().filename().string();
    if (!name.ends_with(kCertificate) || name.ends_with(kChain)) continue;
    name.resize(name.size() - kCertificate.size());
    std::error_code ignored;
    if (!fs::exists(fmt::format("{}/{}.key", folder, name), ignored)) continue;
    names.push_back(std::move(name));
    if (names.size() == kMaxCertificates) break;
  }
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(rank_of(a), a) < std::pair(rank_of(b), b);
  });
  std::vector<io::TlsFiles> out;
  for (const std::string& name : names) {
    const std::string path = fmt::format("{}/{}", folder, name);
    const std::string chain = path + std::string(kChain);
    std::error_code ignored;
    out.push_back(
        {path + std::string(kCertificate), path + ".key", fs::exists(chain, ignored) ? chain : ""});
  }
  return out;
}

void warn_of_certificates(config::LoadedConfig& loaded, const std::string& path) {
  if (loaded.server.https.empty()) return;
  std::error_code ec;
  const fs::path folder = fs::absolute(path, ec).parent_path();
  if (ec || !certificate_files(folder.string()).empty()) return;
  loaded.diagnostics.warning(
      loaded.server.https.front().line,
      fmt::format("https: no certificate, so that its clients are refused: expected flu.crt with "
                  "flu.key in {}",
                  folder.string()));
  loaded.diagnostics.sort_by_line();
}

}  // namespace flu::service
