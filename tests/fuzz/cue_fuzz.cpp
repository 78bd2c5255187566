// Subtitles as sources write them, and samples of text as a producer could send them. The first
// byte chooses the form; whatever becomes of it must stand in a file of WebVTT without ending its
// cue.
#include <cstdint>
#include <string>

#include "libcommon/base/check.h"
#include "libcommon/codec/cue_sample.h"
#include "libcommon/codec/cue_text.h"
#include "libcommon/codec/limits.h"

namespace {

std::string text_of(std::uint8_t form, flu::Bytes bytes) {
  const std::string_view text = flu::as_text(bytes);
  switch (form % 5) {
    case 0: return flu::codec::tidy_cue_text(text);
    case 1: return flu::codec::cue_of_plain_text(text);
    case 2: return flu::codec::cue_of_subrip(text);
    case 3: return flu::codec::cue_of_ass(text);
    default: return flu::codec::cue_of_tx3g(bytes).value_or("");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const flu::Bytes bytes{data + 1, size - 1};
  const std::string text = text_of(data[0], bytes);
  FLU_CHECK(text.size() <= flu::codec::kMaxCueText);
  FLU_CHECK(text.find("\n\n") == std::string::npos && text.find("-->") == std::string::npos);
  FLU_CHECK(!text.starts_with('\n') && flu::codec::tidy_cue_text(text) == text);
  const auto cues =
      flu::codec::parse_cue_sample(flu::media::Timestamp(1), flu::media::Ticks(1), bytes);
  if (!cues) return 0;
  FLU_CHECK(cues->size() <= flu::codec::kMaxCues);
  const auto again =
      flu::codec::parse_cue_sample(flu::media::Timestamp(1), flu::media::Ticks(1),
                                   flu::codec::write_cue_sample(flu::media::Timestamp(1), *cues));
  FLU_CHECK(again && *again == *cues);
  return 0;
}
