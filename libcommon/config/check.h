#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"

namespace flu::config {

enum class Context : unsigned;
struct Directive;

// Names, places, numbers of arguments and blocks, as the schema has them; a warning for each
// documented directive that does nothing yet.
void check_names(const std::vector<Statement>& statements, Diagnostics& diagnostics);

// "stream 'ort'", for messages about what stands in that block.
std::string subject_of(const Statement& block_head);

// Can `statement` be read: known here, and with as many arguments as it takes?
bool is_well_formed(const Statement& statement, Context context);

// What `statement` is here; a block of the top level with a misspelt keyword is what the keyword
// was probably meant to be, so that its inside is checked too. nullptr when nobody can tell.
const Directive* meant_directive(const Statement& statement, Context context);

}  // namespace flu::config
