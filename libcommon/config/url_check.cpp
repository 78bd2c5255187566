// Tested by tests/unit/config/plan_test.cpp
#include "libcommon/config/url_check.h"

#include <map>

#include <fmt/format.h>

#include "libcommon/base/host_port.h"
#include "libcommon/base/text.h"
#include "libcommon/config/file_location.h"
#include "libcommon/config/network.h"
#include "libcommon/config/rtmp_path.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/suggestion.h"

namespace flu::config {
namespace {

constexpr std::string_view kSeparator = "://";
constexpr std::uint64_t kMaxProgram = 65535;  // ISO 13818-1 2.4.4.8: program_number has 16 bits
constexpr std::uint64_t kMaxPid = 8191;       // 2.4.3.2: PID has 13 bits
constexpr std::uint64_t kMaxPriority = 1'000'000;

Result<void> check_range(std::string_view text, std::uint64_t low, std::uint64_t high) {
  const auto value = parse_unsigned(text);
  if (value && *value >= low && *value <= high) return {};
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("expected a number from {} to {}, found '{}'", low, high, printable(text)));
}

Result<void> check_option_value(const UrlOptionValue& option) {
  if (option.name == "program") return check_range(option.value, 1, kMaxProgram);
  if (option.name == "priority") return check_range(option.value, 1, kMaxPriority);
  if (option.name == "pids") {
    for (const std::string_view pid : split(option.value, ',')) {
      FLU_TRY(check_range(pid, 0, kMaxPid));
    }
  }
  if ((option.name == "allow_subtitles" || option.name == "skip_stalled_check") &&
      option.value != "true" && option.value != "false") {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("expected true or false, found '{}'", printable(option.value)));
  }
  if (option.name == "source_timeout") {
    FLU_TRY_ASSIGN(const auto timeout, parse_duration(option.value));
    if (timeout.count() == 0) {
      return fail(ErrorCode::kInvalidArgument, "expected more than 0 seconds");
    }
  }
  return {};
}

// udp://ADDRESS:PORT or udp://GROUP:PORT/INTERFACE_ADDRESS
Result<void> check_udp(std::string_view rest) {
  constexpr std::uint32_t kMulticast = 0xE0000000;  // 224.0.0.0/4, RFC 5771
  const auto slash = rest.find('/');
  const std::string_view host = rest.substr(0, slash);
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "expected udp://ADDRESS:PORT");
  }
  FLU_TRY_ASSIGN(const std::uint32_t address, parse_ipv4(host.substr(0, colon)));
  if (const auto port = check_range(host.substr(colon + 1), 1, 65535); !port) {
    return fail(ErrorCode::kInvalidArgument, "port: " + port.error().message);
  }
  if (slash == std::string_view::npos || slash + 1 == rest.size()) return {};
  if ((address & 0xF0000000) != kMulticast) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("an interface after '/' goes with a multicast group, and {} is none",
                            printable(host)));
  }
  if (const auto interface = parse_ipv4(rest.substr(slash + 1)); !interface) {
    return fail(ErrorCode::kInvalidArgument,
                "the address of an interface after '/': " + interface.error().message);
  }
  return {};
}

Result<void> check_tcp(std::string_view rest) {
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  FLU_TRY(parse_host_port(rest));
  return {};
}

// [USER[:PASSWORD]@]HOST[:PORT][/PATH][?QUERY]
Result<void> check_http(std::string_view rest, std::uint16_t default_port) {
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  FLU_TRY(parse_host_port(authority, default_port));
  return {};
}

// A path, or what lies in a location, which is looked for when all of them are known.
Result<void> check_file(std::string_view rest) {
  if (rest.front() == '/') return {};
  if (const auto checked = check_location_path(rest); !checked) {
    return fail(ErrorCode::kInvalidArgument,
                "expected file:///PATH, or file://PREFIX/PATH of a file location without '..'");
  }
  return {};
}

Result<void> check_address(std::string_view scheme, std::string_view rest) {
  if (rest.empty()) return fail(ErrorCode::kInvalidArgument, "nothing after '://'");
  if (scheme == "udp") return check_udp(rest);
  if (scheme == "file") return check_file(rest);
  FLU_TRY(check_user_info(rest));
  if (scheme == "tstcp") return check_tcp(rest);
  if (scheme == "tshttp") return check_http(rest, 80);
  if (scheme == "tshttps") return check_http(rest, 443);
  if (scheme == "rtmp" || scheme == "rtmps") FLU_TRY(parse_rtmp_path(rest));
  return {};
}

void check_options(const SourceUrl& source, const std::string& subject, Diagnostics& diagnostics) {
  for (const UrlOptionValue& option : source.options) {
    const UrlOption* known = find_url_option(option.name);
    if (known == nullptr) {
      diagnostics.error(source.line,
                        fmt::format("unknown option '{}' of a url in {}{}", printable(option.name),
                                    subject, did_you_mean(option.name, url_option_names())));
    } else if (known->support == Support::kNotYet) {
      diagnostics.warning(
          source.line,
          fmt::format("'{}' of a url in {} is not supported yet: ignored", option.name, subject));
    } else if (const auto value = check_option_value(option); !value) {
      diagnostics.error(source.line, fmt::format("{} of a url in {}: {}", option.name, subject,
                                                 value.error().message));
    }
  }
}

}  // namespace

Result<void> check_user_info(std::string_view rest) {
  const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  const auto colon = host.find(':');
  const bool has_port = colon == std::string_view::npos ||
                        host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  if (has_port || host.starts_with('[') || host.find('@') != std::string_view::npos ||
      rest.find('@') == std::string_view::npos) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              "in a user or password '/', '?' and '#' are written %2F, %3F and %23");
}

void check_source(SourceUrl& source, const std::string& subject, Diagnostics& diagnostics) {
  const std::string shown = printable(hide_secrets(source.url));
  const auto separator = source.url.find(kSeparator);
  if (separator == std::string::npos) {
    diagnostics.error(source.line, fmt::format("url '{}' in {}: expected SCHEME://ADDRESS such as "
                                               "udp://239.0.0.1:1234",
                                               shown, subject));
    return;
  }
  const std::string_view scheme = std::string_view(source.url).substr(0, separator);
  const std::string_view rest = std::string_view(source.url).substr(separator + kSeparator.size());
  if (scheme == "http" || scheme == "https") {
    const std::string_view s = scheme == "https" ? "s" : "";
    diagnostics.error(source.line,
                      fmt::format("url '{}' in {}: say what is sent over HTTP: tshttp{}:// for "
                                  "MPEG-TS or hls{}://",
                                  shown, subject, s, s));
    return;
  }
  const UrlScheme* known = find_url_scheme(scheme);
  if (known == nullptr) {
    diagnostics.error(source.line,
                      fmt::format("url '{}' in {}: unknown protocol '{}'{}", shown, subject,
                                  printable(scheme), did_you_mean(scheme, url_scheme_names())));
    return;
  }
  check_options(source, subject, diagnostics);
  if (known->support == Support::kNotYet) {
    source.is_supported = false;
    diagnostics.warning(source.line, fmt::format("url '{}' in {}: {}:// is not supported yet: "
                                                 "ignored",
                                                 shown, subject, scheme));
    return;
  }
  const auto address = check_address(scheme, rest);
  if (address) return;
  const std::string message =
      fmt::format("url '{}' in {}: {}", shown, subject, address.error().message);
  if (address.error().code == ErrorCode::kUnsupported) {
    source.is_supported = false;
    diagnostics.warning(source.line, message + ": ignored");
  } else {
    diagnostics.error(source.line, message);
  }
}

void warn_shared_udp(const ServerConfig& server, Diagnostics& diagnostics) {
  std::map<std::string, std::pair<const StreamConfig*, unsigned>> seen;
  for (const StreamConfig& stream : server.streams) {
    if (stream.is_disabled) continue;
    for (const SourceUrl& source : stream.sources) {
      if (source.url.rfind("udp://", 0) != 0) continue;
      const std::string_view address = std::string_view(source.url).substr(6);
      const std::string key =
          fmt::format("{} {}", address.substr(0, address.find('/')), source.option("program"));
      const auto [other, is_new] = seen.try_emplace(key, &stream, source.line);
      if (is_new) continue;
      diagnostics.warning(
          source.line,
          fmt::format("url '{}' in stream '{}': the same UDP address and program as in line {}, "
                      "stream '{}'",
                      source.url, stream.name, other->second.second, other->second.first->name));
    }
  }
}

}  // namespace flu::config
