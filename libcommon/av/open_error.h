#pragma once

#include <optional>
#include <string>

#include "libcommon/av/input.h"
#include "libcommon/av/patience.h"
#include "libcommon/base/result.h"

namespace flu::av {

// Why libav did not open or read, with what it said itself; a call that we ended says how long it
// took, or kCancelled.
tl::unexpected<Error> open_error(int number, const Patience& patience);
tl::unexpected<Error> read_error(int number, const Patience& patience);

// Whether connecting to `url` failed since a certificate was not accepted, and why.
std::optional<Error> refused_certificate(const InputSettings& settings, const std::string& url);

}  // namespace flu::av
