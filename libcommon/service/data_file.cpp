#include "libcommon/service/data_file.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace flu::service {
namespace {

std::string program_folder() {
  std::string path(PATH_MAX, '\0');
  const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

Result<std::string> find_data_file(std::string_view name) {
  std::vector<std::string> places;
  const char* const data = std::getenv("FLU_DATA_DIR");
  if (data != nullptr && *data != '\0') places.push_back(fmt::format("{}/{}", data, name));
  places.push_back(fmt::format("{}../share/flu/{}", program_folder(), name));
  for (const std::string& place : places) {
    if (::access(place.c_str(), R_OK) == 0) return place;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("{} is missing: looked for {}", name, fmt::join(places, ", ")));
}

}  // namespace flu::service
