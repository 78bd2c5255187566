// Tested by tests/e2e/serve/embed-chromium.sh
#include "tools/serve/pages/assets.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/log.h"
#include "libcommon/base/sha256.h"
#include "libcommon/io/file.h"
#include "libcommon/service/data_file.h"
#include "tools/serve/limits.h"

namespace flu::serve {
namespace {

struct Known {
  std::string_view name;
  std::string_view content_type;
};

// All that is given out of the folder.
constexpr std::array<Known, 6> kKnown{{
    {"embed.html", "text/html; charset=utf-8"},
    {"player.css", "text/css; charset=utf-8"},
    {"player.js", "text/javascript; charset=utf-8"},
    {"FlussonicMsePlayer.js", "text/javascript; charset=utf-8"},
    {"hls.min.js", "text/javascript; charset=utf-8"},
    {"hls.js-LICENSE.txt", "text/plain; charset=utf-8"},
}};

}  // namespace

Result<const Assets::File*> Assets::load(std::string_view name) {
  const auto place = files_.find(name);
  if (place != files_.end()) return &place->second;
  const auto* const known = std::find_if(kKnown.begin(), kKnown.end(),
                                         [&](const Known& file) { return file.name == name; });
  if (known == kKnown.end()) return fail(ErrorCode::kNotFound, "no such file");
  const auto path = service::find_data_file(fmt::format("web/{}", name));
  if (!path) return fail(ErrorCode::kUnavailable, path.error().message);
  FLU_TRY_ASSIGN(Buffer bytes, io::read_file(*path, kMaxAssetBytes));
  File file;
  file.content_type = known->content_type;
  file.version = to_hex(sha256(bytes)).substr(0, 16);
  file.modified = io::modified_at(*path);
  file.body = make_body(std::move(bytes));
  return &files_.emplace(name, std::move(file)).first->second;
}

Response Assets::answer(std::string_view version_and_file) {
  const auto slash = version_and_file.find('/');
  const auto file = load(version_and_file.substr(slash + 1));
  if (!file) {
    if (file.error().code == ErrorCode::kNotFound) return error_response(404, "No such file.");
    log_alert("{}", file.error().message);
    return error_response(500, "A file of the web player is missing on the server.");
  }
  const bool is_ours = version_and_file.substr(0, slash) == (*file)->version;
  Response response;
  response.content_type = (*file)->content_type;
  response.cache_control = is_ours ? "public, max-age=31536000, immutable" : "no-cache";
  response.etag = fmt::format("\"{}\"", (*file)->version);
  response.modified = (*file)->modified;
  response.extra = "X-Content-Type-Options: nosniff\r\n";
  response.allows_ranges = true;
  response.body = (*file)->body;
  return response;
}

Result<std::string> Assets::path(std::string_view file) {
  FLU_TRY_ASSIGN(const File* const found, load(file));
  return fmt::format("flu/assets/{}/{}", found->version, file);
}

std::optional<WallTime> Assets::newest() const {
  std::optional<WallTime> out;
  for (const auto& [name, file] : files_) out = std::max(out, file.modified);
  return out;
}

Result<std::string> Assets::page() {
  FLU_TRY_ASSIGN(const File* const found, load("embed.html"));
  return std::string(as_text(found->body.bytes));
}

}  // namespace flu::serve
