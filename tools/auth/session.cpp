// Tested by tests/unit/auth/registry_test.cpp
#include "tools/auth/session.h"

#include <fmt/format.h>

#include "libcommon/base/sha1.h"
#include "libcommon/base/sha256.h"

namespace flu::auth {

std::string Session::session_id() const {
  return fmt::format("{}-{}", id, created_ms);
}

std::uint64_t Session::bytes() const {
  std::uint64_t sum = past_bytes;
  for (const Part& part : parts) sum += part.bytes;
  return sum;
}

// A zero byte between them: "a" with "bc" is not "ab" with "c".
std::string make_session_id(const Viewer& viewer) {
  std::string text = viewer.name;
  for (const std::string& part : {viewer.ip, viewer.token}) {
    text += '\0';
    text += part;
  }
  return to_hex(Bytes(sha1(as_bytes(text))));
}

}  // namespace flu::auth
