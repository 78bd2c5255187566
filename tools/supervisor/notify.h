#pragma once

#include <string_view>

namespace flu::supervisor {

// Tells systemd (sd_notify(3), Type=notify), when it is our parent: "READY=1". Nothing otherwise.
void notify_systemd(std::string_view state);

}  // namespace flu::supervisor
