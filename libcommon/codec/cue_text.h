#pragma once

#include <string>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"

namespace flu::codec {

// Text of other subtitles as that of a WebVTT cue (WebVTT 4.2): bold, italic and underlined stay,
// other styles go. All give what tidy_cue_text() does; empty where nothing is to be shown.

// What may stand in a file: UTF-8 of at most kMaxCueText bytes without an empty line or an arrow,
// which would end the cue. Bytes that are no UTF-8 become U+FFFD.
std::string tidy_cue_text(std::string_view text);

// Settings as they may stand behind a cue's times; empty where they may not.
std::string tidy_cue_settings(std::string_view text);

std::string cue_of_plain_text(std::string_view text);

// <i>, <b>, <u>; <font> and {\an8} go.
std::string cue_of_subrip(std::string_view text);

// A line of an ASS file as Matroska has it: eight fields, then the text.
std::string cue_of_ass(std::string_view line);

// 3GPP TS 26.245 5.17: the text behind its length, then boxes of styles.
Result<std::string> cue_of_tx3g(Bytes sample);

}  // namespace flu::codec
