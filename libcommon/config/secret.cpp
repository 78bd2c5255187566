#include "libcommon/config/secret.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "libcommon/base/text.h"

namespace flu::config {
namespace {

constexpr std::string_view kSeparator = "://";
constexpr std::string_view kHidden = "***";
constexpr int kVersion = 1;

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Too much is hidden rather than too little: "admin_password", "X-Api-Key", "auth_token".
bool is_secret_name(std::string_view name) {
  constexpr std::string_view kParts[] = {"pass",          "token",  "secret",    "signature",
                                         "authorization", "cookie", "credential"};
  constexpr std::string_view kNames[] = {"auth", "pwd",  "psk",  "sig", "sign",
                                         "jwt",  "hmac", "hash", "md5"};
  const std::string lower = lower_case(name);
  const auto has = [&](std::string_view part) { return lower.find(part) != std::string::npos; };
  if (lower.ends_with("key") || std::any_of(std::begin(kParts), std::end(kParts), has)) return true;
  if (lower.starts_with("header.") && has("auth")) return true;
  const auto last = lower.find_last_of("_-.,:;");
  const std::string_view end = std::string_view(lower).substr(last + 1);  // npos + 1 is 0
  return std::find(std::begin(kNames), std::end(kNames), end) != std::end(kNames);
}

// NAME=VALUE. Cameras have more than one in a row, too: user=a_password=b.
std::string hide_value(std::string_view part) {
  std::size_t start = 0;
  for (auto equals = part.find('='); equals != std::string_view::npos;
       equals = part.find('=', start)) {
    const std::string_view value = part.substr(equals + 1);
    if (!value.empty() && is_secret_name(part.substr(start, equals - start))) {
      return fmt::format("{}{}", part.substr(0, equals + 1), kHidden);
    }
    if (value.find(kSeparator) != std::string_view::npos) {
      return fmt::format("{}{}", part.substr(0, equals + 1), hide_secrets(value));
    }
    start = equals + 1;
  }
  return std::string(part);
}

// Values of a query may hold anything but '&'; those before it, as cameras have them
// (rtsp://cam/user=a&password=b), end with their part of the path.
std::string hide_values(std::string_view text) {
  std::string out;
  bool is_query = false;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(is_query ? "&" : "?&/;"), text.size());
    out += hide_value(text.substr(0, end));
    if (end < text.size()) {
      out += text[end];
      is_query = is_query || text[end] == '?' || text[end] == '&';
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Where the user and password in front of a host end. RFC 3986 3.2: the authority goes up to the
// first '/'; who wrote one into a password is not to see it in a log.
std::size_t find_user_end(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) return at;
  const auto colon = authority.find(':');
  if (colon == std::string_view::npos || authority.starts_with('[')) return at;
  const std::string_view port = authority.substr(colon + 1);
  const bool is_port =
      std::all_of(port.begin(), port.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  return is_port ? at : rest.rfind('@');
}

std::string hide_address(std::string_view rest) {
  // playlist://http://HOST
  const auto nested = rest.find(kSeparator);
  if (nested != std::string_view::npos &&
      std::all_of(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(nested),
                  [](unsigned char c) { return std::isalnum(c) != 0; })) {
    return hide_secrets(rest);
  }
  std::string out;
  if (const auto at = find_user_end(rest); at != std::string_view::npos) {
    const std::string_view user_info = rest.substr(0, at);
    const auto colon = user_info.find(':');
    out = colon == std::string_view::npos
              ? hide_values(user_info)
              : fmt::format("{}:{}", user_info.substr(0, colon), kHidden);
    out += '@';
    rest.remove_prefix(at + 1);
  }
  return out + hide_values(rest);
}

}  // namespace

std::string hide_secrets(std::string_view word) {
  // An option of its own, whose value may hold anything.
  const auto separator = word.find(kSeparator);
  const auto equals = word.find('=');
  if (equals < separator) {
    const std::string_view name = word.substr(0, equals);
    const bool is_name = name.find_first_of("?&/;") == std::string_view::npos;
    if (is_name && equals + 1 < word.size() && is_secret_name(name)) {
      return fmt::format("{}={}", name, kHidden);
    }
  }
  if (separator == std::string_view::npos) return hide_values(word);
  const std::size_t start = separator + kSeparator.size();
  return fmt::format("{}{}", word.substr(0, start), hide_address(word.substr(start)));
}

SecretWords take_secrets(const std::vector<std::string>& words) {
  SecretWords out;
  for (const std::string& word : words) {
    if (hide_secrets(word) == word && !is_secret_place(word)) {
      out.words.push_back(word);
    } else {
      out.secrets.push_back(word);
      out.words.push_back(fmt::format("@{}", out.secrets.size()));
    }
  }
  return out;
}

bool is_secret_place(std::string_view word) {
  return word.starts_with('@') && parse_unsigned(word.substr(1)).has_value();
}

Result<std::vector<std::string>> reveal_secrets(const std::vector<std::string>& words,
                                                const std::vector<std::string>& secrets) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (const std::string& word : words) {
    if (!is_secret_place(word)) {
      out.push_back(word);
      continue;
    }
    const std::uint64_t number = *parse_unsigned(std::string_view(word).substr(1));
    if (number == 0 || number > secrets.size()) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: expected @1 to @{}, as many as there are secrets", word,
                              secrets.size()));
    }
    out.push_back(secrets[number - 1]);
  }
  return out;
}

std::string write_secrets(const std::vector<std::string>& secrets) {
  const nlohmann::json out{{"version", kVersion}, {"secrets", secrets}};
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<std::vector<std::string>> parse_secrets(std::string_view text) {
  const auto refuse = [](std::string_view what) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("expected {{\"version\": {}, \"secrets\": [\"...\"]}}: {}", kVersion, what));
  };
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object()) return refuse("it is not JSON");
  const auto version = object.find("version");
  if (version == object.end() || *version != kVersion) return refuse("another version");
  const auto secrets = object.find("secrets");
  if (secrets == object.end() || !secrets->is_array()) return refuse("no list of secrets");
  std::vector<std::string> out;
  for (const auto& secret : *secrets) {
    if (!secret.is_string()) return refuse("a secret that is no text");
    out.push_back(secret.get<std::string>());
  }
  return out;
}

}  // namespace flu::config
