// Tested by tests/e2e/supervisor/notify.sh
#include "tools/supervisor/notify.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "libcommon/base/unique_fd.h"

namespace flu::supervisor {

void notify_systemd(std::string_view state) {
  const char* place = std::getenv("NOTIFY_SOCKET");
  if (place == nullptr) return;
  const std::string_view path = place;
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  if (path.front() == '@') address.sun_path[0] = '\0';  // unix(7): the abstract name space
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  // sd_notify(3) is best effort: systemd, not we, decides what a missing word means.
  [[maybe_unused]] const auto sent =
      ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address),
               static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size()));
}

}  // namespace flu::supervisor
