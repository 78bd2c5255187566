#include "libcommon/container/mpegts/ts_writer.h"

#include <utility>

#include <fmt/format.h>

#include "libcommon/container/mpegts/scte35.h"
#include "libcommon/container/mpegts/ts_muxer.h"

namespace flu::container {

class TsWriter::Impl {
 public:
  Impl(media::Tracks tracks, const TsWriterOptions& options) : muxer(std::move(tracks), options) {}
  mpegts::TsMuxer muxer;
};

TsWriter::TsWriter(media::Tracks tracks, const TsWriterOptions& options)
    : impl_(std::make_unique<Impl>(std::move(tracks), options)) {}

TsWriter::~TsWriter() = default;

void TsWriter::set_tracks(media::Tracks tracks, std::map<std::uint32_t, std::uint16_t> track_pids) {
  impl_->muxer.set_tracks(std::move(tracks), std::move(track_pids));
}

void TsWriter::set_service(const std::string& name, const std::string& provider) {
  impl_->muxer.set_service(name, provider);
}

void TsWriter::mark_discontinuity(std::uint32_t track_id) {
  if (const auto track = impl_->muxer.index_of(track_id)) impl_->muxer.mark_discontinuity(*track);
}

void TsWriter::mark_discontinuity() {
  for (std::size_t i = 0; i < impl_->muxer.tracks().size(); ++i) impl_->muxer.mark_discontinuity(i);
}

void TsWriter::write_resumption(media::Timestamp dts, Buffer& out) {
  impl_->muxer.write_resumption(dts, out);
}

bool TsWriter::write_event(const media::Event& event, Buffer& out) {
  if (event.scheme != media::kScte35Scheme) return false;
  const auto section = mpegts::retime_splice_info(event.data, event.time);
  if (!section || !impl_->muxer.status()) return false;
  impl_->muxer.write_splice(*section, out);
  return true;
}

void TsWriter::write_tables(Buffer& out) {
  impl_->muxer.write_tables(out);
}

Result<void> TsWriter::write(const SampleView& sample, Buffer& out) {
  const auto track = impl_->muxer.index_of(sample.track_id);
  if (!track) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("MPEG-TS sample of track {}: not among the tracks", sample.track_id));
  }
  return impl_->muxer.write({*track, {&sample, 1}, false, false}, out);
}

void TsWriter::align_continuity(Buffer& out) {
  impl_->muxer.align_tracks(out);
  impl_->muxer.align_tables(out);
}

}  // namespace flu::container
