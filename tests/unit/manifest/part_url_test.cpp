#include "libcommon/manifest/part_url.h"

#include <gtest/gtest.h>

namespace flu::manifest {
namespace {

TEST(PartUrl, CarriesTheSegmentsTimeAndThePartsNumber) {
  const PartName name =
      part_name(media::Timestamp(std::int64_t{1'795'331'405} * 90'000 + 11'115), 3);
  EXPECT_EQ(write_part_path(name), "2026/11/22/07/10/05123-p3");
  EXPECT_EQ(parse_part_path("2026/11/22/07/10/05123-p3"), name);
}

TEST(PartUrl, HasOneSpellingOnly) {
  for (const std::string_view path :
       {"2026/11/22/07/10/05123-p03", "2026/11/22/07/10/05-p3", "2026/11/22/07/10/05123-p",
        "2026/11/22/07/10/05123-p99999", "2026/13/22/07/10/05123-p3", "2026/11/22/07/10/05123-3",
        "2026/11/22/07/10/05123-p-3", "/2026/11/22/07/10/05123-p3", ""}) {
    EXPECT_FALSE(parse_part_path(path)) << path;
  }
}

}  // namespace
}  // namespace flu::manifest
