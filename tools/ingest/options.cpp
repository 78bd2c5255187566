#include "tools/ingest/options.h"

#include "libcommon/base/text.h"

namespace flu::ingest {
namespace {

std::string check_stream_name(const std::string& name) {
  if (is_stream_name(name)) return {};
  return "'" + printable(name) +
         "' is no stream name: expected parts of letters, digits, '.', '_', '-', divided by '/'";
}

std::string check_duration(const std::string& text) {
  const auto value = parse_duration(text);
  if (!value) return value.error().message;
  return value->count() > 0 ? "" : "expected more than 0 seconds";
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--format", options.format, "What is written to standard output")
      ->check(CLI::IsMember({"flu", "ts"}))
      ->capture_default_str();
  cli.add_option("--to", options.to,
                 "Write to the hub of this stream (flu-segment) instead of standard output")
      ->check(CLI::Validator(check_stream_name, ""))
      ->type_name("NAME");
  cli.add_option("--retry-limit", options.retry_limit,
                 "Give up, with exit status 3, after so many attempts in a row that brought no "
                 "frames (default: never)")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  cli.add_option("--backup", options.backup,
                 "A file that is played, and marked as filler, while all sources are lost")
      ->type_name("URL");
  cli.add_option("--frames-timeout", options.frames_timeout,
                 "Tell (event frames_timed_out) when no frames have come for so long; shorter than "
                 "source_timeout, after which the source is given up")
      ->check(CLI::Validator(check_duration, ""))
      ->type_name("TIME");
  cli.add_option("--location", options.locations,
                 "Where the files of file://PREFIX/PATH lie; given again, another directory or "
                 "prefix")
      ->type_name("PREFIX=DIRECTORY")
      ->allow_extra_args(false);
  cli.add_option(
         "--conf", options.conf,
         "A JSON file, {\"version\": 1, \"secrets\": [\"...\"]}, with the URLs and options "
         "that @1, @2 and so on stand for, so that nobody sees them in the list of processes")
      ->type_name("FILE");
  cli.add_flag("--fast", options.is_fast,
               "Read files as fast as the reader of the output takes them, not in real time");
  cli.add_flag("--loop", options.is_looped, "Read files over and over");
  cli.add_flag("--share", options.is_share,
               "Receive one udp:// address for several streams, and write nothing: who reads it "
               "gives shared=true behind the URL");
  cli.add_option("url", options.words,
                 "Sources, in the order in which they are tried, each followed by its options as "
                 "option=value")
      ->required()
      ->type_name("URL");
}

}  // namespace flu::ingest
