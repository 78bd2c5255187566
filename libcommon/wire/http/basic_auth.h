#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flu::wire {

// HTTP Basic authentication (RFC 7617).

struct BasicLogin {
  std::string user;
  std::string password;
};

// The value of an Authorization header. nullopt: another scheme, or not as RFC 7617 has it.
std::optional<BasicLogin> parse_basic_auth(std::string_view header);

// What a login is compared with by those who need not know it: SHA-256 of salt, user and password.
std::string login_digest(std::string_view salt, const BasicLogin& login);

// Takes as long for an equal pair as for a different one, whatever their lengths.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace flu::wire
