#include "libcommon/service/ready.h"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "libcommon/base/bytes.h"
#include "libcommon/base/unique_fd.h"
#include "libcommon/io/file.h"

namespace flu::service {

std::string ready_line(const std::vector<Listening>& listening) {
  nlohmann::ordered_json line{{"ready", true}, {"pid", ::getpid()}};
  line["listen"] = nlohmann::json::array();
  for (const auto& [proto, addr, port] : listening) {
    line["listen"].push_back({{"proto", proto}, {"addr", addr}, {"port", port}});
  }
  return line.dump();
}

Result<void> announce_ready(const CommonOptions& options, const std::vector<Listening>& listening) {
  if (options.ready_fd < 0) return {};
  const UniqueFd fd(options.ready_fd);
  return io::write_all(fd.get(), as_bytes(ready_line(listening) + "\n"), "--ready-fd");
}

}  // namespace flu::service
