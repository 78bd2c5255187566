#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcommon/base/result.h"

namespace flu {

// Numbers as users write them. Each error says what was expected and what stood there.

// Decimal digits only.
Result<std::uint64_t> parse_unsigned(std::string_view text);

// 90, 90s, 10m, 20h, 5d; 1500ms. A bare number is seconds; fractions ("0.5") are allowed.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// 500, 500K, 500M, 20G, 2T: bytes, powers of 1024.
Result<std::uint64_t> parse_size(std::string_view text);

// As parse_size() reads it, rounded: 500M, 1.2G; for people.
std::string size_text(std::uint64_t bytes);

std::vector<std::string_view> split(std::string_view text, char separator);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// Bytes that a terminal or a log line can show: control characters become \xNN.
std::string printable(std::string_view text);

// Is `name` a stream name: 1-200 bytes, parts of [A-Za-z0-9._-] divided by '/', none empty or
// starting with a dot.
bool is_stream_name(std::string_view name);

// '/' is written '+' on disk and in object stores.
std::string stream_folder(std::string_view name);
std::string stream_of_folder(std::string_view folder);

}  // namespace flu
