// Tested by tests/e2e/ingest/tshttps-openssl.sh

#include "tools/ingest/tls_process.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/io/system_error.h"

namespace flu::ingest {
namespace {

constexpr std::size_t kMaxReason = 2'000;

}  // namespace

TlsProcess::TlsProcess(Child child, UniqueFd socket)
    : child_(std::move(child)), socket_(std::move(socket)), errors_(child_.take_errors()) {}

Result<TlsProcess> TlsProcess::start(const HostPort& peer, const std::string& ca) {
  FLU_TRY_ASSIGN(const std::string program, find_program("flu-tls"));
  std::vector<std::string> words{program};
  if (!ca.empty()) words.insert(words.end(), {"--ca", ca});
  words.push_back(peer.to_text());
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return io::fail_system("start", program, errno);
  }
  UniqueFd ours(ends[0]);
  const UniqueFd theirs(ends[1]);
  // Ours alone: theirs is a plain blocking descriptor, as of any pipeline.
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  FLU_TRY_ASSIGN(Child child, Child::start(words, {.given = -1, .socket = theirs.get()}));
  return TlsProcess(std::move(child), std::move(ours));
}

std::string TlsProcess::reason() const {
  std::string text(kMaxReason, '\0');
  const ssize_t got = ::read(errors_.get(), text.data(), text.size());
  if (got <= 0) return {};
  text.resize(static_cast<std::size_t>(got));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  // Its last line says why; "flu-tls: " is of no use to who did not start it.
  text.erase(0, text.rfind('\n') + 1);
  constexpr std::string_view kOwnName = "flu-tls: ";
  if (text.rfind(kOwnName, 0) == 0) text.erase(0, kOwnName.size());
  return printable(text);
}

}  // namespace flu::ingest
