// Tested by tests/e2e/ingest/fake-ffprobe.sh

#include "tools/ingest/fake_clip.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace flu::ingest {
namespace {

std::string program_folder() {
  std::string path(PATH_MAX, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

Result<std::string> find_fake_clip() {
  std::vector<std::string> places;
  const char* data = std::getenv("FLU_DATA_DIR");
  if (data != nullptr && *data != '\0') places.push_back(fmt::format("{}/fake.ts", data));
  places.push_back(program_folder() + "../share/flu/fake.ts");
  for (const std::string& place : places) {
    if (::access(place.c_str(), R_OK) == 0) return place;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("fake://: its clip is missing: looked for {} (scripts/make-fake-clip "
                          "makes it)",
                          fmt::join(places, ", ")));
}

}  // namespace flu::ingest
