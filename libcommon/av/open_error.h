#pragma once

#include "libcommon/av/patience.h"
#include "libcommon/base/result.h"

namespace flu::av {

// Why libav did not open or read, with what it said itself; a call that we ended says how long it
// took, or kCancelled.
tl::unexpected<Error> open_error(int number, const Patience& patience);
tl::unexpected<Error> read_error(int number, const Patience& patience);

}  // namespace flu::av
