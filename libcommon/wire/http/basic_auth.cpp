#include "libcommon/wire/http/basic_auth.h"

#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/sha256.h"
#include "libcommon/base/text.h"

namespace flu::wire {
namespace {

std::optional<std::uint32_t> base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

// RFC 4648 section 4, with or without the padding.
std::optional<std::string> base64_decoded(std::string_view text) {
  for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto value = base64_value(c);
    if (!value) return std::nullopt;
    bits = (bits << 6 | *value) & 0xFFFFFF;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFF);
  }
  return out;
}

}  // namespace

std::optional<BasicLogin> parse_basic_auth(std::string_view header) {
  constexpr std::string_view kScheme = "basic ";
  if (!starts_with_ignoring_case(header, kScheme)) return std::nullopt;
  header.remove_prefix(kScheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  const auto text = base64_decoded(header);
  if (!text) return std::nullopt;
  const auto colon = text->find(':');  // RFC 7617 2: the user's name has none
  if (colon == std::string::npos) return std::nullopt;
  return BasicLogin{text->substr(0, colon), text->substr(colon + 1)};
}

std::string login_digest(std::string_view salt, const BasicLogin& login) {
  std::string text(salt);
  text += '\0';
  text += login.user;
  text += '\0';
  text += login.password;
  return to_hex(sha256(as_bytes(text)));
}

bool is_same_secret(std::string_view a, std::string_view b) {
  const Sha256Digest left = sha256(as_bytes(a));
  const Sha256Digest right = sha256(as_bytes(b));
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) difference |= unsigned{left[i]} ^ right[i];
  return difference == 0;
}

}  // namespace flu::wire
