#pragma once

#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "tools/ctl/options.h"

namespace flu::ctl {

// Everything that a command needs to know.
struct Request {
  const Options& options;
  const service::CommonOptions& common;
};

Result<void> run(const Options& options, const service::CommonOptions& common);

}  // namespace flu::ctl
