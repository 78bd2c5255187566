#include "libcommon/codec/unit_rewriter.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/base/check.h"
#include "libcommon/codec/h264_picture.h"
#include "libcommon/codec/hevc_picture.h"
#include "libcommon/codec/limits.h"
#include "libcommon/codec/nal_config.h"

namespace flu::codec {
namespace {

std::unique_ptr<PictureParser> make_parser(media::CodecId codec) {
  if (codec == media::CodecId::kH264) return std::make_unique<H264PictureParser>();
  return std::make_unique<HevcPictureParser>();
}

Bytes head_of(Bytes unit) {
  return unit.first(std::min(unit.size(), kUnitHead));
}

Result<Bytes> next_unit(ByteReader& reader, std::size_t length_size) {
  FLU_TRY_ASSIGN(const Bytes field, reader.bytes(length_size));
  std::size_t size = 0;
  for (const std::uint8_t byte : field) size = size << 8 | byte;
  if (size > reader.remaining()) {
    return fail(ErrorCode::kMalformed, fmt::format("NAL unit of {} bytes in a sample that has {}",
                                                   size, reader.remaining()));
  }
  return reader.bytes(size);
}

}  // namespace

UnitRewriter::UnitRewriter(media::Track track, std::size_t length_size)
    : given_(std::move(track)), length_size_(length_size), parser_(make_parser(given_.codec)) {}

Result<UnitRewriter> UnitRewriter::make(const media::Track& track) {
  FLU_CHECK(track.codec == media::CodecId::kH264 || track.codec == media::CodecId::kHevc);
  FLU_TRY_ASSIGN(const std::size_t length_size, nal_length_size(track.codec, track.config));
  UnitRewriter rewriter(track, length_size);
  FLU_TRY(rewriter.read_config());
  return rewriter;
}

// The parser learns the sets as if they had come with a picture that was lost.
Result<void> UnitRewriter::read_config() {
  FLU_TRY_ASSIGN(const std::vector<Bytes> units, config_units(given_.codec, given_.config));
  for (const Bytes unit : units) {
    parser_->begin_unit(head_of(unit), UnitPlace::kSame);
    parser_->end_unit(unit);
  }
  parser_->drop_picture();
  if (const auto format = parser_->first_format()) set_format(*format);
  return {};
}

// The samples tell the picture and its configuration, the file all else.
bool UnitRewriter::set_format(const media::Track& format) {
  media::Track track = given_;
  track.config = format.config;
  track.video = format.video;
  if (track.video.rate_num == 0) {
    track.video.rate_num = given_.video.rate_num;
    track.video.rate_den = given_.video.rate_den;
  }
  if (track.nominal_duration.count() == 0) track.nominal_duration = format.nominal_duration;
  if (track_ == track) return false;
  track_ = std::move(track);
  return true;
}

Result<UnitRewriter::Rewritten> UnitRewriter::rewrite(Bytes sample, bool is_sync) {
  Buffer data;
  data.reserve(sample.size());
  ByteReader reader(sample);
  while (!reader.empty()) {
    FLU_TRY_ASSIGN(const Bytes unit, next_unit(reader, length_size_));
    if (unit.empty()) continue;
    parser_->begin_unit(head_of(unit), UnitPlace::kSame);
    if (!parser_->keeps(head_of(unit))) continue;
    parser_->end_unit(unit);
    if (data.size() + unit.size() + 4 > kMaxAccessUnit) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("a sample of more than {} bytes", kMaxAccessUnit));
    }
    append_with_length(data, unit);
  }
  if (is_sync) parser_->mark_sync();
  const Picture picture = parser_->take_picture();
  Rewritten out;
  out.sap = picture.sap;
  out.is_other_track = picture.new_format && set_format(*picture.new_format);
  out.data.reserve(picture.missing_sets.size() + data.size());
  append(out.data, picture.missing_sets);
  append(out.data, data);
  return out;
}

}  // namespace flu::codec
