// Tested by tests/e2e/dvr/ls.sh
#include "tools/dvr/stream_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/suggestion.h"
#include "libcommon/store/archive_survey.h"

namespace flu::dvr {

Result<std::vector<std::string>> streams_of(const Options& options) {
  FLU_TRY_ASSIGN(const auto folders, store::find_archives(options.root));
  std::vector<std::string> found;
  found.reserve(folders.size());
  for (const std::string& folder : folders) found.push_back(stream_of_folder(folder));
  if (options.names.empty()) return found;
  for (const std::string& name : options.names) {
    if (std::find(found.begin(), found.end(), name) != found.end()) continue;
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: nothing is recorded of '{}'{}", options.root, printable(name),
                            config::did_you_mean(name, {found.begin(), found.end()})));
  }
  return options.names;
}

}  // namespace flu::dvr
