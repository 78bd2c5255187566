#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "libcommon/base/clock.h"
#include "libcommon/base/result.h"
#include "tools/serve/http/response.h"

namespace flu::serve {

// The files of the web player, read from share/flu/web when first asked for and then kept: an
// upgrade shows when the server is started again.
class Assets {
 public:
  // The answer to /flu/assets/VERSION/FILE. A version that is not ours gets our file, but not to
  // keep: a page may come from a server before or behind an upgrade.
  Response answer(std::string_view version_and_file);

  // "flu/assets/VERSION/FILE": from the root of the server.
  Result<std::string> path(std::string_view file);

  // The newest of the files that were asked for.
  [[nodiscard]] std::optional<WallTime> newest() const;

  // embed.html with its places {{title}} and {{FILE}}.
  Result<std::string> page();

 private:
  struct File {
    std::string_view content_type;
    std::string version;
    std::optional<WallTime> modified;
    Body body;
  };

  Result<const File*> load(std::string_view name);

  std::map<std::string, File, std::less<>> files_;
};

}  // namespace flu::serve
