#include "libcommon/service/usage_error.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "libcommon/config/suggestion.h"

namespace flu::service {
namespace {

using Words = std::vector<std::string>;

// The command that was typed, as far as it is known, and those above it.
std::vector<const CLI::App*> typed_commands(const CLI::App& app) {
  std::vector<const CLI::App*> path{&app};
  for (auto parsed = app.get_subcommands(); !parsed.empty();) {
    path.push_back(parsed.back());
    parsed = path.back()->get_subcommands();
  }
  return path;
}

// Options of a command are also those of the commands above it.
Words option_names(const std::vector<const CLI::App*>& path) {
  Words names;
  for (const CLI::App* app : path) {
    for (const CLI::Option* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

Words command_names(const CLI::App& app) {
  Words names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_name().empty()) names.push_back(sub->get_name());
  }
  return names;
}

std::string unknown(std::string_view what, const std::string& word, const Words& known) {
  return fmt::format("unknown {} '{}'{}", what, word,
                     config::did_you_mean(word, {known.begin(), known.end()}));
}

// CLI11 begins a message with a capital where it is a sentence, not an option.
std::string first_line(const std::string& message) {
  std::string line = message.substr(0, message.find('\n'));
  if (line.size() > 1 && std::islower(static_cast<unsigned char>(line[1])) != 0) {
    line[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(line[0])));
  }
  return line;
}

std::string message_of(const std::vector<const CLI::App*>& path, const CLI::ParseError& error) {
  const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (!is_missing && dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) {
    return first_line(error.what());
  }
  const Words rest = path.front()->remaining(true);
  const auto option = std::find_if(rest.begin(), rest.end(), [](const std::string& word) {
    return word.size() > 1 && word.front() == '-' && word != "--";
  });
  if (option != rest.end()) {
    return unknown("option", option->substr(0, option->find('=')), option_names(path));
  }
  const Words commands = command_names(*path.back());
  if (!rest.empty() && !commands.empty()) return unknown("command", rest.front(), commands);
  if (!rest.empty()) return fmt::format("unexpected argument '{}'", rest.front());
  if (!commands.empty()) {
    return fmt::format("a command is missing, one of: {}", fmt::join(commands, ", "));
  }
  for (const CLI::Option* positional : path.back()->get_options()) {
    if (!positional->get_positional() || !positional->get_required()) continue;
    if (positional->count() > 0) continue;
    std::string name = positional->get_single_name();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name + " is missing";
  }
  return first_line(error.what());
}

}  // namespace

std::string usage_error(const CLI::App& app, const CLI::ParseError& error) {
  const auto path = typed_commands(app);
  std::string command;
  for (const CLI::App* part : path) command += part->get_name() + " ";
  return fmt::format("{} (see {}--help)", message_of(path, error), command);
}

}  // namespace flu::service
