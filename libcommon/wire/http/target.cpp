#include "libcommon/wire/http/target.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::wire {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

tl::unexpected<Error> malformed(std::string_view what, std::string_view found) {
  return fail(ErrorCode::kMalformed,
              fmt::format("request target: {} in '{}'", what, printable(found.substr(0, 100))));
}

Result<std::string> percent_decoded(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto high = text.size() - i > 2 ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
    if (!low) return malformed("'%' without two hexadecimal digits", text);
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

bool is_forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '\\';
}

bool has_dot_part(std::string_view path) {
  if (path.find("/.") == std::string_view::npos) return false;
  const auto parts = split(path, '/');
  return std::any_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return part == "." || part == ".."; });
}

// "http://host:port/path" -> "/path"
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!starts_with_ignoring_case(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto slash = target.find_first_of("/?");
    return slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target;
}

}  // namespace

Result<HttpTarget> parse_http_target(std::string_view target) {
  if (target == "*") return HttpTarget{"*", ""};
  target = without_authority(target);
  const auto question = target.find('?');
  HttpTarget out;
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  FLU_TRY_ASSIGN(out.path, percent_decoded(target.substr(0, question)));
  if (out.path.empty() || out.path.front() != '/') return malformed("no leading '/'", target);
  if (std::any_of(out.path.begin(), out.path.end(), is_forbidden)) {
    return malformed("a control character or backslash", target);
  }
  if (has_dot_part(out.path)) return malformed("a part '.' or '..'", target);
  return out;
}

bool has_query_name(std::string_view query, std::string_view name) {
  const auto parts = split(query, '&');
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return part.substr(0, part.find('=')) == name; });
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  for (const std::string_view part : split(query, '&')) {
    const auto equals = part.find('=');
    if (part.substr(0, equals) != name || equals == std::string_view::npos) continue;
    std::string text(part.substr(equals + 1));
    std::replace(text.begin(), text.end(), '+', ' ');
    auto value = percent_decoded(text);
    if (!value) return std::nullopt;
    return std::move(*value);
  }
  return std::nullopt;
}

}  // namespace flu::wire
