#pragma once

#include <cstddef>
#include <cstdint>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::thumb {

struct JpegInfo {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::size_t size = 0;  // in bytes, up to the end of the picture: cameras may pad
};

// Whether it is one whole JPEG (ITU-T T.81 B.2.1), by its markers; it is not decoded. The error
// tells what else it is.
Result<JpegInfo> check_jpeg(Bytes bytes);

}  // namespace flu::thumb
