// Tested by tests/e2e/dvr/record-kill.sh
#include "tools/dvr/record/machine.h"

#include "libcommon/base/bytes.h"
#include "libcommon/io/file.h"
#include "libcommon/service/process.h"

namespace flu::dvr {

std::string machine_name() {
  constexpr std::size_t kMaxId = 256;
  const auto content = io::read_file("/etc/machine-id", kMaxId);
  std::string id(content ? as_text(*content) : "");
  while (!id.empty() && id.back() == '\n') id.pop_back();
  return id.empty() ? service::host_name() : id;
}

}  // namespace flu::dvr
