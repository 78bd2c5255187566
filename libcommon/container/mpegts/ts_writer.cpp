#include "libcommon/container/mpegts/ts_writer.h"

#include <utility>

#include <fmt/format.h>

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
