#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace flu::dvr {

struct Options {
  std::string command;             // "record", "ls", ...
  std::string root;                // the folder that archives lie in
  std::vector<std::string> names;  // of streams
  std::string conf;                // of record; "": see its help
  std::string from;                // of a range
  std::string to;                  // of ls; "": to its end
  std::string duration;            // of the range
  bool is_picture = false;         // of ls
  std::string depth;               // limits of cleanup; "": as the streams have them
  std::string max_size;
  std::string max_usage;
  bool is_dry_run = false;
  std::string output;          // of export; "" and "-": standard output
  bool is_precise = false;     // of export
  std::string timelapse;       // of export; "": none, "0": as its frames make it
  std::string tracks;          // of export; "": all
  std::string title;           // of export; "": the stream's name
  std::string comment;         // of export
  bool may_overwrite = false;  // of export
};

// Declares every option once; --help, the man page and completion follow from it.
void define_options(CLI::App& cli, Options& options);

}  // namespace flu::dvr
