#pragma once

#include <string>

namespace flu::dvr {

// What tells this machine from others that might record the same archive: /etc/machine-id, else its
// name.
std::string machine_name();

}  // namespace flu::dvr
