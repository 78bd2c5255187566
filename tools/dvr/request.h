#pragma once

#include "libcommon/service/common_options.h"
#include "tools/dvr/options.h"

namespace flu::dvr {

// What every command is given.
struct Request {
  const Options& options;
  const service::CommonOptions& common;
};

}  // namespace flu::dvr
