#include "tools/dvr/options.h"

namespace flu::dvr {
namespace {

CLI::App* add(CLI::App& parent, Options& options, const std::string& name,
              const std::string& help) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->callback([&options, name] { options.command = name; });
  command->fallthrough();  // common options stand before or after a subcommand
  return command;
}

CLI::Option* add_names(CLI::App* command, Options& options, const std::string& help) {
  return command->add_option("NAME", options.names, help)->type_name("NAME");
}

void add_range(CLI::App* command, Options& options) {
  command->add_option("--from", options.from, "Where it begins: Unix seconds, ISO 8601 or now-1h")
      ->required()
      ->type_name("TIME");
  command->add_option("--duration", options.duration, "How long it is, in seconds or as 20m")
      ->required()
      ->type_name("TIME");
}

void define_ls(CLI::App& cli, Options& options) {
  CLI::App* list = add(cli, options, "ls", "List what is recorded");
  list->add_option("--from", options.from, "Only what is behind: Unix seconds, ISO 8601 or now-1h")
      ->type_name("TIME");
  list->add_option("--to", options.to, "Only what is before")->type_name("TIME");
  list->add_flag("--picture", options.is_picture, "A line a day, a cell a quarter of an hour");
  add_names(list, options, "Only these streams (default: all that lie there)");
}

// `otherwise`: what holds where one is not given.
void add_limits(CLI::App* command, Options& options, const std::string& otherwise) {
  command
      ->add_option("--depth", options.depth,
                   "How old recordings may be, such as 5d (default: " + otherwise + ")")
      ->type_name("TIME");
  command
      ->add_option("--max-size", options.max_size,
                   "How large each stream may be, such as 500G (default: " + otherwise + ")")
      ->type_name("SIZE");
  command
      ->add_option("--max-usage", options.max_usage,
                   "How full the disk may be, such as 90% (default: " + otherwise + ")")
      ->type_name("PERCENT");
}

void define_cleanup(CLI::App& cli, Options& options) {
  CLI::App* cleanup =
      add(cli, options, "cleanup", "Delete what is older or larger than it may be, and say why");
  add_limits(cleanup, options, "as configured");
  cleanup->add_flag("--dry-run", options.is_dry_run, "Delete nothing, say what would be");
  add_names(cleanup, options, "Only these streams (default: all that lie there)");
}

void define_export(CLI::App& cli, Options& options) {
  CLI::App* command = add(cli, options, "export", "Write a part of an archive to one MP4 file");
  add_names(command, options, "The stream")->required()->expected(1);
  add_range(command, options);
  command->add_option("-o,--output", options.output, "Where to (default, and -: standard output)")
      ->type_name("FILE");
  command->add_flag("--precise", options.is_precise,
                    "Play exactly the range, not the whole segments that it touches");
  command
      ->add_option("--timelapse", options.timelapse,
                   "Key frames alone, in so many seconds (without: 25 a second)")
      ->expected(0, 1)
      ->default_str("0")
      ->type_name("SECONDS");
  command->add_option("--tracks", options.tracks, "Only these tracks, such as v1a1 (default: all)")
      ->type_name("TRACKS");
  command->add_option("--title", options.title, "The movie's title (default: the stream's name)")
      ->type_name("TEXT");
  command->add_option("--comment", options.comment, "A comment to keep in the movie")
      ->type_name("TEXT");
  command->add_flag("--overwrite", options.may_overwrite, "Replace a file that is there");
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--root", options.root, "The folder that archives lie in")
      ->envname("FLU_DVR_ROOT")
      ->required()
      ->type_name("DIR");
  CLI::App* record = add(cli, options, "record", "Record live streams, until it is stopped");
  record
      ->add_option("--conf", options.conf,
                   "What is recorded, and how, as the supervisor writes it; read again when it is "
                   "replaced (default, without names: that of the supervisor)")
      ->type_name("FILE");
  add_limits(record, options, "no limit");
  add_names(record, options, "Streams that are recorded; they may come and go");
  add(cli, options, "adopt", "Record to this folder from now on, though another one was there");
  define_ls(cli, options);
  define_export(cli, options);
  define_cleanup(cli, options);
  CLI::App* lock = add(cli, options, "lock", "Keep a range from being cleaned");
  add_names(lock, options, "The stream")->required()->expected(1);
  add_range(lock, options);
  CLI::App* unlock = add(cli, options, "unlock", "Let a range be cleaned again");
  add_names(unlock, options, "The stream")->required()->expected(1);
  add_range(unlock, options);
  add_names(add(cli, options, "locks", "List the ranges that are kept"), options,
            "Only of these streams (default: all that lie there)");
  cli.require_subcommand(1);
}

}  // namespace flu::dvr
