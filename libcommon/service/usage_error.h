#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace flu::service {

// What is wrong with a command line, in one line: the word that is not known, with the nearest that
// is, before what is missing because of it. Ends with where to look: "(see flu-ctl config --help)".
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace flu::service
