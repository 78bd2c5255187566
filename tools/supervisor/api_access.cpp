#include "tools/supervisor/api_access.h"

#include "libcommon/wire/http/basic_auth.h"

namespace flu::supervisor {
namespace {

// Both parts are compared, whatever the first one says.
bool is_login(const config::Login& wanted, const wire::BasicLogin& given) {
  const bool is_user = wire::is_same_secret(wanted.user, given.user);
  const bool is_password = wire::is_same_secret(wanted.password, given.password);
  return is_user && is_password;
}

}  // namespace

bool is_loopback(std::string_view address) {
  constexpr std::string_view kMapped = "::ffff:";
  if (address.substr(0, kMapped.size()) == kMapped) address.remove_prefix(kMapped.size());
  return address == "::1" || address.substr(0, 4) == "127.";
}

std::optional<Refusal> refuse_change(const config::ServerConfig& server, const Asker& asker) {
  if (asker.is_from_other_site) {
    return Refusal{403, "a page of another site may not change anything here"};
  }
  if (server.edit_auth) {
    if (asker.authorization.empty()) return Refusal{401, "a login is needed: that of edit_auth"};
    const auto given = wire::parse_basic_auth(asker.authorization);
    if (given && is_login(*server.edit_auth, *given)) return std::nullopt;
    return Refusal{401, "the login is not that of edit_auth"};
  }
  if (is_loopback(asker.address) && !asker.is_indirect) return std::nullopt;
  return Refusal{403,
                 "the config has no edit_auth, so that changes are taken from this machine alone, "
                 "not through a proxy or a page in a browser: set edit_auth USER PASSWORD"};
}

}  // namespace flu::supervisor
