#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flu::config {

// The candidate that `word` was probably meant to be, or "" when none is near: one slip of the
// finger in short words, two or three in long ones.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// ", did you mean 'segments'?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace flu::config
