#pragma once

#include <string>
#include <string_view>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"

namespace flu::config {

// Names, places, numbers of arguments and blocks, as the schema has them; a warning for each
// documented directive that does nothing yet.
void check_names(const Document& document, Diagnostics& diagnostics);

// "stream 'ort'", for messages about what stands in that block.
std::string subject_of(const Statement& block_head);

// Can `statement` be read: known here, and with as many arguments as it takes?
enum class Context : unsigned;
bool is_well_formed(const Statement& statement, Context context);

}  // namespace flu::config
