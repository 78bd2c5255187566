#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"

namespace flu::config {

// Changes to a config file that leave all else in it byte for byte as it was.

// The stream blocks of a text that may hold nothing else. What is wrong with it is told by the
// lines of that text.
Document parse_streams(std::string_view text, Diagnostics& diagnostics);

// Each block of `streams` takes the place of the one that has its name, under the comments that
// stand above it, or comes last. One that says the same as before is left as it is written.
void put_streams(Document& document, const Document& streams);

// False: there is none of that name. Comments above it stay.
bool remove_stream(Document& document, std::string_view name);

// The names of all stream blocks.
std::vector<std::string> stream_names(const Document& document);

}  // namespace flu::config
