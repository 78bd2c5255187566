#include "libcommon/config/plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/bytes.h"
#include "libcommon/base/sha256.h"
#include "libcommon/base/text.h"
#include "libcommon/config/schema.h"
#include "libcommon/config/secret.h"
#include "libcommon/config/shell.h"

namespace flu::config {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDefaultSourceTimeout = std::chrono::seconds(60);

std::string seconds_text(milliseconds duration) {
  return fmt::format("{}", static_cast<double>(duration.count()) / 1000);
}

bool is_file(const SourceUrl& source) {
  return source.is_supported && source.url.rfind("file://", 0) == 0;
}

// "239.0.0.1:1234/10.0.0.5", or "" of another protocol.
std::string udp_address(const SourceUrl& source) {
  constexpr std::string_view kUdp = "udp://";
  if (!source.is_supported || source.url.rfind(kUdp, 0) != 0) return {};
  std::string address = source.url.substr(kUdp.size());
  if (!address.empty() && address.back() == '/') address.pop_back();
  return address;
}

// "share@239.0.0.1_1234_10.0.0.5"
std::string share_name(std::string address) {
  std::replace_if(
      address.begin(), address.end(), [](char c) { return c == ':' || c == '/'; }, '_');
  return "share@" + address;
}

// Addresses that more than one running stream names, or that are shared already.
using SharedAddresses = std::vector<std::string>;

SharedAddresses shared_addresses(const ServerConfig& server, const UnitNames& running) {
  std::map<std::string, const StreamConfig*> seen;
  SharedAddresses out;
  for (const StreamConfig& stream : server.streams) {
    if (stream.is_disabled) continue;
    for (const SourceUrl& source : stream.sources) {
      const std::string address = udp_address(source);
      if (address.empty()) continue;
      const auto [first, is_new] = seen.try_emplace(address, &stream);
      const bool is_alone = is_new || first->second == &stream;
      if (is_alone && running.count(share_name(address)) == 0) continue;
      if (std::find(out.begin(), out.end(), address) == out.end()) out.push_back(address);
    }
  }
  return out;
}

// The arguments of flu-ingest that say where the frames come from.
std::vector<std::string> source_arguments(const StreamConfig& stream,
                                          const SharedAddresses& shared = {}) {
  std::vector<std::string> out;
  // A stream does not end: a file that is its source begins again.
  if (std::any_of(stream.sources.begin(), stream.sources.end(), is_file))
    out.emplace_back("--loop");
  if (stream.frames_timeout) {
    out.emplace_back("--frames-timeout");
    out.push_back(seconds_text(*stream.frames_timeout));
  }
  for (const FileLocation& location : stream.locations) {
    for (const std::string& directory : location.directories) {
      out.emplace_back("--location");
      out.push_back(fmt::format("{}={}", location.prefix, directory));
    }
  }
  if (!stream.backup.empty()) {
    out.emplace_back("--backup");
    out.push_back("file://" + stream.backup);
  }
  for (const SourceUrl& source : stream.sources) {
    if (!source.is_supported) continue;
    out.push_back(source.url);
    const std::string address = udp_address(source);
    if (std::find(shared.begin(), shared.end(), address) != shared.end()) {
      out.emplace_back("shared=true");
    }
    for (const UrlOptionValue& option : source.options) {
      const UrlOption* known = find_url_option(option.name);
      if (known == nullptr || known->support == Support::kNotYet) continue;
      out.push_back(fmt::format("{}={}", option.name, option.value));
    }
    if (source.option("source_timeout").empty() && stream.source_timeout != kDefaultSourceTimeout) {
      out.push_back(fmt::format("source_timeout={}", seconds_text(stream.source_timeout)));
    }
  }
  return out;
}

std::vector<std::string> hub_options(const StreamConfig& stream) {
  std::vector<std::string> out;
  const auto add = [&](std::string_view name, const std::string& value) {
    out.emplace_back(name);
    out.push_back(value);
  };
  if (stream.segment_duration) add("--segment-duration", seconds_text(*stream.segment_duration));
  if (stream.segments) add("--segments", fmt::format("{}", *stream.segments));
  if (stream.segment_count && stream.segment_count != stream.segments) {
    add("--segment-count", fmt::format("{}", *stream.segment_count));
  }
  return out;
}

// All of it, so that an option taken out of the config goes back to its default.
std::vector<std::pair<std::string, double>> running_options(const StreamConfig& stream) {
  constexpr double kDefaultDuration = 4;  // of flu-segment
  constexpr std::uint64_t kDefaultSegments = 5;
  const std::uint64_t segments = stream.segments.value_or(kDefaultSegments);
  const double duration = stream.segment_duration
                              ? static_cast<double>(stream.segment_duration->count()) / 1000
                              : kDefaultDuration;
  return {{"segment_duration", duration},
          {"segments", static_cast<double>(segments)},
          {"segment_count", static_cast<double>(stream.segment_count.value_or(segments))}};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

std::string hash_of(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += word + '\0';
  // 64 bits tell a changed command from the old one; nobody gains by making two alike.
  return to_hex(Bytes(sha256(as_bytes(text))).first(8));
}

Unit make_unit(std::string name, UnitRole role, std::vector<std::string> command) {
  Unit unit;
  unit.name = std::move(name);
  unit.role = role;
  unit.command = std::move(command);
  unit.hash = hash_of(unit.command);
  return unit;
}

// Its secrets stand apart from its command.
Unit make_secret_unit(std::string name, UnitRole role, const std::vector<std::string>& command) {
  SecretWords taken = take_secrets(command);
  Unit unit = make_unit(std::move(name), role, std::move(taken.words));
  unit.secrets = std::move(taken.secrets);
  std::vector<std::string> all = unit.command;
  append(all, unit.secrets);
  unit.hash = hash_of(all);
  return unit;
}

Unit plan_ingest(const StreamConfig& stream, const SharedAddresses& shared, RunPolicy policy) {
  const auto command = [&](const SharedAddresses& addresses) {
    std::vector<std::string> words{"flu-ingest"};
    append(words, source_arguments(stream, addresses));
    if (policy == RunPolicy::kWhileWanted && stream.retry_limit > 0) {
      append(words, {"--retry-limit", fmt::format("{}", stream.retry_limit)});
    }
    append(words, {"--to", stream.name});
    return words;
  };
  const std::string name = "ingest@" + stream.name;
  Unit ingest = make_secret_unit(name, UnitRole::kIngest, command(shared));
  ingest.hash = make_secret_unit(name, UnitRole::kIngest, command({})).hash;
  ingest.stream = stream.name;
  ingest.policy = policy;
  ingest.after = {hub_name(stream.name)};
  for (const SourceUrl& source : stream.sources) {
    const std::string address = udp_address(source);
    if (std::find(shared.begin(), shared.end(), address) == shared.end()) continue;
    ingest.after.push_back(share_name(address));
    ingest.shared.push_back(address);
  }
  return ingest;
}

void plan_stream(const StreamConfig& stream, const SharedAddresses& shared,
                 std::vector<Unit>& out) {
  if (stream.is_disabled) return;
  const auto sources = source_arguments(stream, shared);
  if (sources.empty() && !stream.sources.empty()) return;
  const RunPolicy policy =
      stream.kind == StreamKind::kOnDemand ? RunPolicy::kWhileWanted : RunPolicy::kAlways;

  std::vector<std::string> command{"flu-segment"};
  append(command, hub_options(stream));
  append(command, {"--no-stdin", stream.name});
  Unit hub = make_unit(hub_name(stream.name), UnitRole::kHub, std::move(command));
  hub.hash = hash_of({"flu-segment", "--no-stdin", stream.name});
  hub.options = running_options(stream);
  hub.stream = stream.name;
  hub.policy = policy;
  out.push_back(hub);
  if (!sources.empty()) out.push_back(plan_ingest(stream, shared, policy));
}

}  // namespace

std::vector<std::string> Unit::shown() const {
  std::vector<std::string> out = reveal_secrets(command, secrets).value_or(command);
  for (std::string& word : out) word = hide_secrets(word);
  return out;
}

std::string Unit::to_text() const {
  return shell_join(shown());
}

std::vector<Unit> plan(const ServerConfig& server, const UnitNames& running) {
  std::vector<Unit> out;
  const SharedAddresses shared = shared_addresses(server, running);
  for (const std::string& address : shared) {
    out.push_back(make_unit(share_name(address), UnitRole::kShare,
                            {"flu-ingest", "--share", "udp://" + address}));
  }
  for (const StreamConfig& stream : server.streams) plan_stream(stream, shared, out);
  if (!server.http.empty() || !server.https.empty()) {
    std::vector<std::string> command{"flu-serve"};
    for (const HttpListener& listener : server.http) {
      append(command, {"--http", listener.to_text()});
    }
    for (const HttpListener& listener : server.https) {
      append(command, {"--https", listener.to_text()});
    }
    if (server.drain_timeout) {
      append(command, {"--drain-timeout", seconds_text(*server.drain_timeout)});
    }
    out.push_back(make_unit("auth", UnitRole::kAuth, {"flu-auth"}));
    out.push_back(make_unit("serve", UnitRole::kServe, std::move(command)));
    out.back().after = {"auth"};
  }
  const auto has_pictures = [](const StreamConfig& stream) {
    return !stream.is_disabled && stream.serving.thumbnails.is_enabled;
  };
  if (std::any_of(server.streams.begin(), server.streams.end(), has_pictures)) {
    out.push_back(make_unit("thumb", UnitRole::kThumb, {"flu-thumb"}));
  }
  for (const std::string& root : archive_roots(server)) {
    out.push_back(
        make_unit(recorder_name(root), UnitRole::kDvr, {"flu-dvr", "record", "--root", root}));
  }
  return out;
}

std::string explain(const StreamConfig& stream, std::string_view run_dir) {
  std::vector<std::string> hub{"flu-segment"};
  if (!run_dir.empty()) append(hub, {"--run-dir", std::string(run_dir)});
  append(hub, hub_options(stream));
  hub.push_back(stream.name);
  std::vector<std::string> ingest{"flu-ingest"};
  for (const std::string& word : source_arguments(stream)) ingest.push_back(hide_secrets(word));
  if (ingest.size() == 1) return shell_join(hub);
  return fmt::format("{} | {}", shell_join(ingest), shell_join(hub));
}

std::string hub_name(std::string_view stream) {
  return fmt::format("segment@{}", stream);
}

std::string recorder_name(std::string_view root) {
  return fmt::format("dvr@{}", root);
}

std::vector<std::string> archive_roots(const ServerConfig& server) {
  std::vector<std::string> out;
  for (const StreamConfig& stream : server.streams) {
    if (stream.is_disabled || stream.dvr.root.empty()) continue;
    if (std::find(out.begin(), out.end(), stream.dvr.root) == out.end()) {
      out.push_back(stream.dvr.root);
    }
  }
  return out;
}

std::string unit_file(std::string_view unit_name) {
  return stream_folder(unit_name) + ".json";
}

}  // namespace flu::config
