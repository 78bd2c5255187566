#include "libcommon/codec/private_data.h"

#include <utility>

namespace flu::codec {
namespace {

// data_identifier: EN 300 743 7.1, EN 300 472 4.2 (EBU data).
bool is_expected(media::CodecId codec, std::uint8_t identifier) {
  if (codec == media::CodecId::kDvbSubtitle) return identifier == 0x20;
  return identifier >= 0x10 && identifier <= 0x1F;
}

}  // namespace

PrivateDataFramer::PrivateDataFramer(media::CodecId codec, Bytes config) : codec_(codec) {
  media::Track track;
  track.kind = media::TrackKind::kSubtitle;
  track.codec = codec;
  track.config.assign(config.begin(), config.end());
  queue_.set_format(std::move(track));
}

void PrivateDataFramer::feed(Bytes payload, const EsTimes& times) {
  if (payload.empty()) return;
  const auto time = times.pts ? times.pts : times.dts;
  if (!time || !is_expected(codec_, payload[0])) {
    ++counters_.bad_frames;
    return;
  }
  ++counters_.frames;
  media::Sample sample;
  sample.dts = *time;
  sample.sap = media::Sap::kClosed;
  sample.data.assign(payload.begin(), payload.end());
  queue_.push(std::move(sample));
}

}  // namespace flu::codec
