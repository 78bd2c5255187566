#include "tools/ctl/options.h"

namespace flu::ctl {
namespace {

CLI::App* add(CLI::App& parent, Options& options, const std::string& name,
              const std::string& help) {
  CLI::App* command = parent.add_subcommand(name, help);
  const std::string full = parent.get_parent() == nullptr ? name : parent.get_name() + " " + name;
  command->callback([&options, full] { options.command = full; });
  command->fallthrough();  // common options stand before or after a subcommand
  return command;
}

void add_name(CLI::App* command, Options& options) {
  command->add_option("name", options.name, "The stream")->required()->type_name("NAME");
}

}  // namespace

void define_options(CLI::App& cli, Options& options) {
  cli.add_option("--config", options.config,
                 "The config file (default: that of the running server, else /etc/flu/flu.conf)")
      ->envname("FLU_CONFIG")
      ->type_name("FILE");
  CLI::App* start = add(cli, options, "start", "Start the server in the background");
  start->add_option("--log", options.log, "Where it writes what it has to say")->type_name("FILE");
  add(cli, options, "stop", "Stop the server and all its processes");
  CLI::App* restart = add(cli, options, "restart", "Stop the server, then start it");
  restart->add_option("--log", options.log, "Where it writes what it has to say")
      ->type_name("FILE");
  add(cli, options, "reload", "Apply the changed config; touches only what changed");
  add(cli, options, "upgrade",
      "Replace flu-serve by the program that is installed now, without losing a client");
  add(cli, options, "status", "Say whether the server runs, and how");
  add(cli, options, "version", "Print the versions of this program and of the running server");
  add(cli, options, "streams", "List the streams");
  add_name(add(cli, options, "stream", "Show all that is known of one stream"), options);
  add_name(add(cli, options, "explain", "Print a stream as a pipeline for a shell"), options);
  CLI::App* again = add(cli, options, "restart-stream", "Restart the processes of one stream");
  add_name(again, options);
  again->add_flag("--resync", options.is_resyncing,
                  "Its times begin anew at the system clock, also where they go back: its window "
                  "is emptied");
  CLI::App* switch_source =
      add(cli, options, "switch-source", "Play another of a stream's sources, until it ends");
  add_name(switch_source, options);
  switch_source->add_option("url", options.url, "As in the config")->required()->type_name("URL");
  CLI::App* sessions = add(cli, options, "sessions", "List who watches");
  sessions->add_option("--stream", options.stream, "Only those of this stream")->type_name("NAME");
  CLI::App* close = add(cli, options, "close-session", "End sessions: connections are cut");
  close->add_option("id", options.ids, "As sessions --json has them: id or session_id")
      ->required()
      ->type_name("ID");
  add(cli, options, "plan", "List the processes that the config asks for");
  CLI::App* config = cli.add_subcommand("config", "Work with the config file");
  config->require_subcommand(1);
  config->fallthrough();
  add(*config, options, "check", "Say what is wrong with the config file");
  CLI::App* events = add(cli, options, "events", "Show what happened");
  events->add_option("--last", options.last, "How many of those that were")
      ->type_name("N")
      ->capture_default_str();
  events->add_flag("--follow", options.is_following,
                   "Go on with those that come, also after the server was restarted");
  events->add_option("--event", options.events, "Only these, such as source_lost,stream_*")
      ->type_name("NAME,...");
  events->add_option("--media", options.media, "Only those of these streams, such as cams/*")
      ->type_name("STREAM,...");
  events->add_option("--level", options.level, "Only what matters so much (default: debug, all)")
      ->check(CLI::IsMember({"debug", "info", "alert"}));
  CLI::App* top = add(cli, options, "top", "Show the streams, again every second");
  top->add_option("--count", options.count, "End after so many tables (default: never)")
      ->type_name("N");
  cli.require_subcommand(1);
}

}  // namespace flu::ctl
