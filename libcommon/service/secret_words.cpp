#include "libcommon/service/secret_words.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/config/plan.h"
#include "libcommon/config/secret.h"
#include "libcommon/io/file.h"
#include "libcommon/service/run_dir.h"

namespace flu::service {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20;  // a stream has a handful of sources

Result<std::string> find_file(const std::string& place, const CommonOptions& common) {
  const char* unit = std::getenv("FLU_UNIT");
  if (unit == nullptr || *unit == '\0') {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: stands for a secret; --conf FILE says where it is", place));
  }
  FLU_TRY_ASSIGN(const RunDir run_dir, open_run_dir(common));
  return fmt::format("{}/{}", run_dir.conf(), config::unit_file(unit));
}

}  // namespace

Result<std::vector<std::string>> reveal_words(const std::vector<std::string>& words,
                                              const std::string& file,
                                              const CommonOptions& common) {
  const auto place = std::find_if(words.begin(), words.end(), config::is_secret_place);
  if (place == words.end()) return words;
  std::string path = file;
  if (path.empty()) {
    FLU_TRY_ASSIGN(path, find_file(*place, common));
  }
  FLU_TRY_ASSIGN(const Buffer content, io::read_file(path, kMaxFile));
  auto secrets = config::parse_secrets(as_text(content));
  if (!secrets) {
    return tl::unexpected<Error>(std::move(secrets).error().with_context("secrets in " + path));
  }
  auto revealed = config::reveal_secrets(words, *secrets);
  if (!revealed) {
    return tl::unexpected<Error>(std::move(revealed).error().with_context("secrets in " + path));
  }
  return revealed;
}

}  // namespace flu::service
