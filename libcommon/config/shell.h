#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flu::config {

// A word as a POSIX shell reads it back; quotes only where they are needed.
std::string shell_quote(std::string_view word);

// The command line of a program.
std::string shell_join(const std::vector<std::string>& words);

}  // namespace flu::config
