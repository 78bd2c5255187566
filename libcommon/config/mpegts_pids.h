#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "libcommon/config/diagnostic.h"
#include "libcommon/config/document.h"

namespace flu::config {

// PIDs of MPEG-TS by what has them: "pmt", "sdt", "v1" for the first video track, "a0" for what
// the numbers of all others of audio are added to.
using MpegtsPids = std::map<std::string, std::uint16_t>;

// mpegts_pids pmt=4095 sdt=0x12 v1=211 a0=220 t0=16#fb; what is wrong is an error, and left out.
MpegtsPids load_mpegts_pids(const Statement& statement, const std::string& subject,
                            Diagnostics& diagnostics);

}  // namespace flu::config
