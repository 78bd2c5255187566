#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::ctl {

struct Options {
  std::string command;  // "start", "config check", ...
  std::string config;   // "": that of the running server, else /etc/flu/flu.conf
  std::string name;     // of a stream
  std::string url;      // of one of its sources
  unsigned last = 20;   // events
  bool is_following = false;
  std::string events;  // names, divided by commas; "": all
  std::string media;   // streams, divided by commas; "": all
  std::string level;   // "" is info and above
  bool is_resyncing = false;
  std::vector<std::string> ids;  // of sessions
  std::string stream;            // whose sessions; "": all
  unsigned count = 0;            // of top's tables; 0: until interrupted
  std::string log;               // of start
};

void define_options(CLI::App& cli, Options& options);

}  // namespace flu::ctl
