#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"

namespace flu::config {

// "rtsp://user:***@cam/h264?token=***", "header.Authorization=***": passwords, keys and tokens are
// not for the eyes of whoever may see a plan, a log or a state. A URL, or an option of one.
std::string hide_secrets(std::string_view word);

// Every user of the machine may read the command line of every process. A word with a secret
// therefore stands in it as "@1", "@2"..., and its value in a file that only the owner may read.
struct SecretWords {
  std::vector<std::string> words;
  std::vector<std::string> secrets;  // "@1" is the first
};

SecretWords take_secrets(const std::vector<std::string>& words);

// The inverse. kInvalidArgument: an "@N" that there is no value for.
Result<std::vector<std::string>> reveal_secrets(const std::vector<std::string>& words,
                                                const std::vector<std::string>& secrets);

// "@" and a number.
bool is_secret_place(std::string_view word);

// The file: {"version": 1, "secrets": ["rtsp://user:password@cam/h264"]}.
std::string write_secrets(const std::vector<std::string>& secrets);
Result<std::vector<std::string>> parse_secrets(std::string_view text);

}  // namespace flu::config
