#pragma once

#include <vector>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"

namespace flu::config {

// The statements as their author meant them: what ran together for want of a ';', '{' or '}' is
// taken apart, each time with an error, so that no slip hides the mistakes around it. For checking
// alone: the document is what is written back.
std::vector<Statement> repair(const Document& document, Diagnostics& diagnostics);

}  // namespace flu::config
