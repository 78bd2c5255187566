#pragma once

#include <string>

#include "libcommon/base/bytes.h"

namespace flu::serve {

// What a stream is called: in the SDT of MPEG-TS, as a station and its title in SHOUTcast. Shared
// with all who say it.
struct Station {
  std::string name;
  std::string provider;
  unsigned changes = 0;  // grows when it is called something else
};

}  // namespace flu::serve
