// Tested by tests/e2e/serve/upgrade-curl.sh
#include "tools/serve/upgrade/handover.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/checked.h"
#include "libcommon/base/text.h"
#include "libcommon/io/file.h"
#include "libcommon/io/system_error.h"

namespace flu::serve {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxHandover = 4 << 20;  // of some 256 workers, each some hundred bytes

Error broken(const std::string& what) {
  return {ErrorCode::kMalformed, fmt::format("{}: {}", kHandoverVariable, what)};
}

// A descriptor that the variable names is one of ours, and open; exec is not to keep it again.
Result<UniqueFd> adopt(const json& number) {
  if (!number.is_number_integer()) return tl::unexpected(broken("expected a descriptor"));
  const int fd = number.get<int>();
  if (fd <= 2 || ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return tl::unexpected(broken(fmt::format("descriptor {} is not open", fd)));
  }
  return UniqueFd(fd);
}

bool does_listen(int fd) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value != 0;
}

}  // namespace

void keep_over_exec(const std::vector<int>& descriptors, bool is_kept) {
  for (const int fd : descriptors) ::fcntl(fd, F_SETFD, is_kept ? 0 : FD_CLOEXEC);
}

Result<WrittenHandover> write_handover(const HandoverView& view) {
  WrittenHandover out;
  out.inherited = view.sockets;
  json workers = json::array();
  for (const auto& worker : view.workers) {
    out.inherited.push_back(worker.channel);
    workers.push_back({{"pid", worker.pid},
                       {"channel", worker.channel},
                       {"draining", worker.is_draining},
                       {"counters", worker.counters}});
  }
  const json content{{"sockets", view.sockets}, {"workers", workers}, {"past", view.past}};
  out.file = UniqueFd(::memfd_create("flu-serve handover", MFD_CLOEXEC));
  if (!out.file) return io::fail_system("memfd_create", "handover", errno);
  FLU_TRY(io::pwrite_all(out.file.get(), as_bytes(content.dump()), 0, "handover"));
  out.inherited.push_back(out.file.get());
  return out;
}

Result<Handover> take_handover() {
  Handover out;
  const char* const variable = std::getenv(kHandoverVariable);
  if (variable == nullptr) return out;
  const std::string text = variable;
  ::unsetenv(kHandoverVariable);
  const auto number = parse_unsigned(text);
  if (!number || *number > 1U << 20U) {
    return tl::unexpected(broken(fmt::format("found '{}'", printable(text))));
  }
  FLU_TRY_ASSIGN(const UniqueFd file, adopt(json(static_cast<int>(*number))));
  FLU_TRY_ASSIGN(const Buffer bytes, io::pread_up_to(file.get(), kMaxHandover, 0, "handover"));
  const json content = json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!content.is_object()) return tl::unexpected(broken("expected an object"));
  for (const json& socket : content.value("sockets", json::array())) {
    FLU_TRY_ASSIGN(UniqueFd fd, adopt(socket));
    if (does_listen(fd.get())) out.sockets.push_back(std::move(fd));
  }
  for (const json& worker : content.value("workers", json::array())) {
    if (!worker.is_object()) return tl::unexpected(broken("expected a worker"));
    HandedWorker one;
    one.pid = worker.value("pid", 0);
    FLU_TRY_ASSIGN(one.channel, adopt(worker.value("channel", json())));
    one.is_draining = worker.value("draining", false);
    one.counters = worker.value("counters", json::object());
    if (one.pid > 0) out.workers.push_back(std::move(one));
  }
  out.past = content.value("past", json::object());
  return out;
}

}  // namespace flu::serve
