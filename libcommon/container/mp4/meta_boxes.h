#pragma once

#include <cstdint>
#include <optional>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/media/sample.h"

namespace flu::container {

// prft (ISO 14496-12 8.16.5), version 1, flags 0x18: the arrival of the referenced media time.
inline constexpr std::size_t kPrftBytes = 32;
void write_prft(const ProducerTime& time, ByteWriter& out);

// `time` comes in the track's own timescale.
Result<ProducerTime> parse_prft(Bytes payload);

// emsg (ISO 23009-1 5.10.3.3), version 1, timescale 90000.
void write_emsg(const media::Event& event, ByteWriter& out);

struct ParsedEvent {
  media::Event event;
  bool is_relative = false;  // version 0: `time` counts from the first sample that follows
};

// nullopt for a version that we do not know.
Result<std::optional<ParsedEvent>> parse_emsg(Bytes payload);

}  // namespace flu::container
