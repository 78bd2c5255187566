#pragma once

#include "libcommon/av/jpeg_maker.h"
#include "libcommon/base/result.h"
#include "libcommon/service/common_options.h"
#include "libcommon/service/run_dir.h"
#include "tools/thumb/options.h"

namespace flu::thumb {

// Keeps the pictures of streams fresh until SIGTERM or SIGINT: of those that are named, else of
// those in RUN_DIR/conf/thumb.json, which may change.
Result<void> run_daemon(const Options& options, const service::CommonOptions& common,
                        const service::RunDir& run_dir, const av::PictureBox& box);

}  // namespace flu::thumb
