// Tested by tests/e2e/ingest/fake-ffprobe.sh

#include "tools/ingest/fake_clip.h"

#include <utility>

#include "libcommon/service/data_file.h"

namespace flu::ingest {

Result<std::string> find_fake_clip() {
  auto clip = service::find_data_file("fake.ts");
  if (clip) return clip;
  Error error = std::move(clip).error().with_context("fake://: its clip");
  error.message += " (scripts/make-fake-clip makes it)";
  return tl::unexpected(std::move(error));
}

}  // namespace flu::ingest
