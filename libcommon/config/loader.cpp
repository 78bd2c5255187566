#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "libcommon/base/text.h"
#include "libcommon/config/check.h"
#include "libcommon/config/file_location.h"
#include "libcommon/config/network.h"
#include "libcommon/config/repair.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/server_config.h"
#include "libcommon/config/serving_loader.h"
#include "libcommon/config/stream_loader.h"
#include "libcommon/config/url_check.h"

namespace flu::config {
namespace {

class Loader {
 public:
  explicit Loader(LoadedConfig& out) : out_(out), diagnostics_(out.diagnostics) {}

  void load(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) {
      load_stream(statement);
      load_location(statement);
      if (!is_well_formed(statement, Context::kTop)) continue;
      const std::string_view keyword = statement.keyword();
      if (keyword == "http") load_listener(statement, out_.server.http);
      if (keyword == "https") load_listener(statement, out_.server.https);
      if (keyword == "view_auth") load_login(statement, out_.server.view_auth);
      if (keyword == "edit_auth") load_login(statement, out_.server.edit_auth);
      if (keyword == "max_sessions") load_max_sessions(statement);
      if (keyword == "drain_timeout") load_drain_timeout(statement);
      if (keyword == "url_prefix") {
        out_.server.url_prefix = load_url_prefix(statement, "", diagnostics_).value_or("");
      }
    }
    find_locations(out_.server, diagnostics_);
    warn_shared_udp(out_.server, diagnostics_);
  }

 private:
  void load_listener(const Statement& statement, std::vector<HttpListener>& listeners) {
    const std::string_view keyword = statement.keyword();
    const std::string_view text = statement.words[1].value;
    const auto colon = text.rfind(':');
    HttpListener listener;
    listener.line = statement.line();
    if (colon != std::string_view::npos) listener.address = text.substr(0, colon);
    const auto port = parse_unsigned(text.substr(colon == std::string_view::npos ? 0 : colon + 1));
    if (!port || *port < 1 || *port > 65535 || (colon != std::string_view::npos && colon == 0)) {
      diagnostics_.error(statement.line(),
                         fmt::format("{}: expected PORT or IP:PORT with a port from 1 to 65535, "
                                     "found '{}'",
                                     keyword, printable(text)));
      return;
    }
    const bool is_ipv6 = listener.address.size() > 2 && listener.address.front() == '[' &&
                         listener.address.back() == ']';
    if (!listener.address.empty() && !is_ipv6 && !parse_ipv4(listener.address)) {
      diagnostics_.error(statement.line(),
                         fmt::format("{}: expected an address such as 127.0.0.1 or [::1] before "
                                     "the port, found '{}'",
                                     keyword, printable(listener.address)));
      return;
    }
    listener.port = static_cast<std::uint16_t>(*port);
    for (const auto* others : {&out_.server.http, &out_.server.https}) {
      for (const HttpListener& other : *others) {
        const bool overlaps =
            other.address == listener.address || other.address.empty() || listener.address.empty();
        if (other.port != listener.port || !overlaps) continue;
        diagnostics_.error(statement.line(), fmt::format("{} {}: line {} listens on this port",
                                                         keyword, printable(text), other.line));
        return;
      }
    }
    listeners.push_back(std::move(listener));
  }

  void load_max_sessions(const Statement& statement) {
    const auto value = parse_unsigned(statement.words[1].value);
    if (value && *value > 0) {
      out_.server.max_sessions = *value;
      return;
    }
    diagnostics_.error(statement.line(),
                       fmt::format("max_sessions: expected a whole number from 1 on, found '{}'",
                                   printable(statement.words[1].value)));
  }

  void load_drain_timeout(const Statement& statement) {
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 30);
    const std::string& value = statement.words[1].value;
    const auto time = parse_duration(value);
    if (time && *time <= kLongest) {
      out_.server.drain_timeout = *time;
      return;
    }
    diagnostics_.error(statement.line(),
                       fmt::format("drain_timeout: expected a duration of up to 30 days, found "
                                   "'{}'",
                                   printable(value)));
  }

  void load_login(const Statement& statement, std::optional<Login>& login) {
    if (login) {
      diagnostics_.warning(
          statement.line(),
          fmt::format("'{}' is given more than once: the last counts", statement.keyword()));
    }
    login = Login{statement.words[1].value, statement.words[2].value};
    if (login->user.empty() || login->password.empty()) {
      diagnostics_.error(
          statement.line(),
          fmt::format("{}: neither the user nor the password may be empty", statement.keyword()));
    }
  }

  void load_location(const Statement& statement) {
    const Directive* directive = meant_directive(statement, Context::kTop);
    if (directive == nullptr || directive->name != "file" || !statement.block) return;
    if (statement.words.size() < 2) return;
    FileLocation location = read_location(statement, diagnostics_);
    for (const FileLocation& other : out_.server.locations) {
      if (other.prefix != location.prefix) continue;
      diagnostics_.error(statement.line(), fmt::format("file '{}' is declared in line {} already",
                                                       printable(location.prefix), other.line));
    }
    out_.server.locations.push_back(std::move(location));
  }

  // However wrong the head is, the options in the block are looked at.
  void load_stream(const Statement& statement) {
    const Directive* directive = meant_directive(statement, Context::kTop);
    if (directive == nullptr || !statement.block) return;
    if (directive->name == "stream") load_stream(statement, StreamKind::kStatic);
    if (directive->name == "ondemand") load_stream(statement, StreamKind::kOnDemand);
  }

  void load_stream(const Statement& statement, StreamKind kind) {
    StreamConfig stream;
    if (statement.words.size() < 2) {
      load_stream_options(statement, stream, diagnostics_);
      return;
    }
    stream.name = statement.words[1].value;
    stream.kind = kind;
    stream.line = statement.line();
    if (!is_stream_name(stream.name)) {
      diagnostics_.error(statement.line(),
                         fmt::format("stream name '{}': expected 1 to 200 of the characters A-Z "
                                     "a-z 0-9 . _ - in parts divided by '/', no part empty or "
                                     "starting with '.'",
                                     printable(stream.name)));
    }
    const auto [first, is_new] = names_.try_emplace(stream.name, statement.line());
    if (!is_new) {
      diagnostics_.error(statement.line(), fmt::format("stream '{}' is declared in line {} already",
                                                       printable(stream.name), first->second));
    }
    load_stream_options(statement, stream, diagnostics_);
    out_.server.streams.push_back(std::move(stream));
  }

  LoadedConfig& out_;
  Diagnostics& diagnostics_;
  std::map<std::string, unsigned> names_;
};

}  // namespace

std::string HttpListener::to_text() const {
  return address.empty() ? fmt::format("{}", port) : fmt::format("{}:{}", address, port);
}

std::string_view SourceUrl::option(std::string_view name) const {
  for (const UrlOptionValue& option : options) {
    if (option.name == name) return option.value;
  }
  return {};
}

LoadedConfig load_config(std::string_view text) {
  LoadedConfig out;
  out.document = parse_document(text, out.diagnostics);
  const std::vector<Statement> statements = repair(out.document, out.diagnostics);
  check_names(statements, out.diagnostics);
  Loader(out).load(statements);
  out.diagnostics.sort_by_line();
  return out;
}

}  // namespace flu::config
