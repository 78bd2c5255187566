#include "tools/ingest/options.h"

#include "libcommon/base/text.h"

namespace flu::ingest {
namespace {

std::string check_stream_name(const std::string& name) {
  if (is_stream_name(name)) return {};
  return "'" + printable(name) +
         "' is no stream name: expected parts of letters, digits, '.', '_', '-', divided by '/'";
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
  cli.add_flag("--fast", options.is_fast,
               "Read files as fast as the reader of the output takes them, not in real time");
  cli.add_flag("--loop", options.is_looped, "Read files over and over");
  cli.add_option("url", options.words,
                 "Sources, in the order in which they are tried, each followed by its options as "
                 "option=value")
      ->required()
      ->type_name("URL");
}

}  // namespace flu::ingest
