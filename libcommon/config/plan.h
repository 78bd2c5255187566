#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libcommon/config/server_config.h"

namespace flu::config {

enum class UnitRole { kHub, kIngest, kServe, kShare, kAuth, kThumb, kDvr };

enum class RunPolicy {
  kAlways,      // restarted for ever
  kWhileWanted  // runs while somebody wants its stream
};

using UnitNames = std::set<std::string, std::less<>>;

// One process that the config asks for.
struct Unit {
  std::string name;    // "segment@ort", "ingest@ort", "serve"
  std::string stream;  // "" for a server of all streams
  UnitRole role = UnitRole::kHub;
  RunPolicy policy = RunPolicy::kAlways;
  std::vector<std::string> command;  // the program's name, then its arguments
  std::vector<std::string> secrets;  // what "@1", "@2"... in it stand for
  std::vector<std::string> after;    // units that are started before it
  // Of command and secrets without what a running process takes over by message (`options`,
  // `shared`): what runs with another one is replaced.
  std::string hash;

  // What a running hub takes over by message at its next cut; numbers, by the names of the config.
  std::vector<std::pair<std::string, double>> options;

  // UDP addresses that a running flu-ingest is told to read from their shared receiver, in its own
  // time; "239.0.0.1:1234/10.0.0.5".
  std::vector<std::string> shared;

  // The words of the command for people: passwords and tokens hidden.
  [[nodiscard]] std::vector<std::string> shown() const;
  // The same on a line, quoted for a shell.
  [[nodiscard]] std::string to_text() const;
};

// What runs when `server` is in force, producers after their hub. Streams that are disabled, or
// whose sources are all of kinds not supported yet, have no units; a stream without sources has its
// hub, for whoever feeds it by hand.
//
// `running`: names of units. The receiver of an address that runs already stays while a stream
// names the address: the last of several streams is not touched when the others go.
std::vector<Unit> plan(const ServerConfig& server, const UnitNames& running = {});

// One stream as a pipeline for a shell, on one line: "flu-ingest udp://... | flu-segment ort". A
// run directory that the shell's programs would not find by themselves is named.
std::string explain(const StreamConfig& stream, std::string_view run_dir = "");

// The unit that is the hub of a stream.
std::string hub_name(std::string_view stream);

// The unit that records to a root.
std::string recorder_name(std::string_view root);

// The roots that enabled streams are recorded to, each once.
std::vector<std::string> archive_roots(const ServerConfig& server);

// The name of a unit's file in a flat directory.
std::string unit_file(std::string_view unit_name);

}  // namespace flu::config
