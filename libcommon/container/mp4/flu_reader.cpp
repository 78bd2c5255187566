#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "libcommon/base/byte_reader.h"
#include "libcommon/container/mp4/boxes.h"
#include "libcommon/container/mp4/flu_stream.h"
#include "libcommon/container/mp4/fragment_builder.h"
#include "libcommon/container/mp4/limits.h"
#include "libcommon/container/mp4/meta_boxes.h"
#include "libcommon/container/mp4/moof.h"
#include "libcommon/container/mp4/moov.h"
#include "libcommon/container/mp4/private_boxes.h"
#include "libcommon/container/mp4/stream_buffer.h"

namespace flu::container {
namespace {

std::size_t largest_box(FourCc type) {
  switch (type) {
    case four_cc("moov"): return kMaxMoovBytes;
    case four_cc("moof"): return kMaxMoofBytes;
    case four_cc("ftyp"):
    case four_cc("styp"):
    case four_cc("emsg"):
    case four_cc("uuid"):
    case four_cc("prft"):
    case four_cc("free"):
    case four_cc("skip"): return kMaxMetaBytes;
    default: return kMaxBoxBytes;
  }
}

// Whether the whole box must be here before anything can be done with it.
bool is_read_whole(FourCc type) {
  switch (type) {
    case four_cc("moov"):
    case four_cc("moof"):
    case four_cc("mdat"):
    case four_cc("ftyp"):
    case four_cc("styp"):
    case four_cc("emsg"):
    case four_cc("uuid"):
    case four_cc("prft"): return true;
    default: return false;
  }
}

// ftyp and styp alike: major brand, minor version, compatible brands.
bool has_brand(Bytes payload, FourCc wanted) {
  ByteReader reader(payload);
  for (std::size_t i = 0; reader.remaining() >= 4; ++i) {
    const auto brand = reader.u32();
    if (i != 1 && brand && *brand == wanted) return true;
  }
  return false;
}

// ISO 11172-3 2.4.2.3: twelve bits of sync word and ID, then the layer, 2 for layer II.
bool is_layer_two(Bytes frame) {
  ByteReader reader(frame);
  const auto head = reader.u16();
  return head && (*head & 0xFFE0U) == 0xFFE0U && ((*head >> 1) & 3U) == 2;
}

}  // namespace

class FluReader::Impl {
 public:
  StreamBuffer buffer;
  bool is_flu = false;

  Result<std::optional<StreamUnit>> next() {
    if (error_) return tl::unexpected<Error>(*error_);
    while (true) {
      if (taken_ < ready_.size()) return std::move(ready_[taken_++]);
      ready_.clear();
      taken_ = 0;
      const std::uint64_t at = buffer.position();
      auto went_on = step();
      if (!went_on) {
        error_ = std::move(went_on).error().with_context(
            fmt::format("byte {}: {}", at, to_string(type_)));
        return tl::unexpected<Error>(*error_);
      }
      if (!*went_on && ready_.empty()) return std::nullopt;
    }
  }

 private:
  // One box, or a part of one that is passed over; false when more bytes are needed.
  Result<bool> step() {
    if (to_skip_ > 0) {
      const auto count = std::min<std::uint64_t>(to_skip_, buffer.held().size());
      buffer.consume(count);
      to_skip_ -= count;
      return to_skip_ == 0;
    }
    ByteReader reader(buffer.held());
    if (reader.remaining() < kBoxHeaderBytes) return false;
    FLU_TRY_ASSIGN(const std::uint32_t size, reader.u32());
    FLU_TRY_ASSIGN(type_, reader.u32());
    if (size < kBoxHeaderBytes || size > largest_box(type_)) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("box size {}, expected 8 to {}", size, largest_box(type_)));
    }
    if (!is_read_whole(type_)) {
      FLU_TRY(note_skipped());
      to_skip_ = size;
      return true;
    }
    const std::size_t payload_size = size - kBoxHeaderBytes;
    if (reader.remaining() < payload_size) return false;
    FLU_TRY_ASSIGN(const Bytes payload, reader.bytes(payload_size));
    FLU_TRY(read_box(payload, buffer.position()));
    buffer.consume(size);
    return true;
  }

  Result<void> read_box(Bytes payload, std::uint64_t position) {
    switch (type_) {
      case four_cc("moof"): return read_moof(payload, position);
      case four_cc("mdat"): return read_mdat(payload, position);
      case four_cc("moov"): return read_moov(payload);
      case four_cc("emsg"): return read_emsg(payload);
      case four_cc("uuid"): return read_uuid(payload);
      case four_cc("prft"): return read_prft(payload);
      case four_cc("ftyp"): has_flu_brand_ = has_brand(payload, four_cc("flu1")); break;
      case four_cc("styp"):
        if (is_flu && has_brand(payload, four_cc("lmsg"))) ready_.emplace_back(StreamEnd{});
        break;
      default: break;
    }
    return note_skipped();
  }

  Result<void> note_skipped() {
    if (++skipped_ <= kMaxSkippedBoxes) return {};
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("more than {} boxes in a row without media", kMaxSkippedBoxes));
  }

  Result<void> read_moov(Bytes payload) {
    if (has_movie_ && is_flu != has_flu_brand_) {
      return fail(ErrorCode::kMalformed, "a flu stream and a foreign one in the same stream");
    }
    FLU_TRY_ASSIGN(movie_, parse_movie(payload));
    has_movie_ = true;
    is_flu = has_flu_brand_;
    skipped_ = 0;
    has_moof_ = false;
    builder_.reset(movie_, is_flu);
    ready_.emplace_back(media::TracksChanged{supported_tracks(movie_)});
    return {};
  }

  Result<void> read_moof(Bytes payload, std::uint64_t position) {
    if (!has_movie_) return fail(ErrorCode::kMalformed, "before any moov");
    if (has_moof_ && !moof_.samples.empty()) {
      return fail(ErrorCode::kMalformed, "the moof before it has no mdat");
    }
    MoofRules rules{&movie_, in_pipe_ ? kMaxPipeRunSamples : kMaxRunSamples, std::nullopt};
    if (!is_flu) rules.position = position;
    FLU_TRY(parse_moof(payload, rules, moof_));
    has_moof_ = true;
    moof_position_ = position;
    skipped_ = 0;
    return {};
  }

  Result<void> read_mdat(Bytes payload, std::uint64_t position) {
    if (!has_moof_) {
      return fail(ErrorCode::kMalformed, "no moof before it: not a fragmented MP4");
    }
    has_moof_ = false;
    const std::uint64_t offset = position + kBoxHeaderBytes - moof_position_;
    if (offset > 2 * kMaxBoxBytes) return fail(ErrorCode::kMalformed, "too far from its moof");
    const FragmentBuilder::Data data{payload, static_cast<std::uint32_t>(offset)};
    decide_layers(data);
    bool is_first = true;
    for (const RawTraf& traf : moof_.trafs) {
      const MovieTrack& track = track_of(traf);
      if (!track.is_supported) continue;
      FLU_TRY_ASSIGN(Fragment fragment, builder_.build(moof_, traf, track, data));
      if (is_first) {
        fragment.info = std::exchange(info_, std::nullopt);
        emit_relative_events(fragment);
        is_first = false;
      }
      fragment.producer_time = take_producer_time(track);
      ready_.emplace_back(std::move(fragment));
    }
    info_.reset();
    producer_times_.clear();
    return {};
  }

  // parse_moof has seen that it is there.
  MovieTrack& track_of(const RawTraf& traf) {
    return *std::find_if(movie_.begin(), movie_.end(),
                         [&](const MovieTrack& t) { return t.file_id == traf.file_id; });
  }

  // Writers put MP2 and MP3 into the same sample entry; the first frame tells them apart.
  void decide_layers(const FragmentBuilder::Data& data) {
    bool has_changed = false;
    for (const RawTraf& traf : moof_.trafs) {
      MovieTrack& track = track_of(traf);
      if (!track.may_be_mp2 || traf.count == 0) continue;
      track.may_be_mp2 = false;
      const std::uint32_t offset = moof_.samples[traf.first].offset;
      if (offset < data.offset || offset - data.offset >= data.bytes.size()) continue;
      if (!is_layer_two(data.bytes.subspan(offset - data.offset))) continue;
      has_changed = true;
      track.track.codec = media::CodecId::kMp2;
      track.track.audio.samples_per_frame = 1152;
    }
    if (has_changed) ready_.emplace_back(media::TracksChanged{supported_tracks(movie_)});
  }

  std::optional<ProducerTime> take_producer_time(const MovieTrack& track) {
    for (ProducerTime& time : producer_times_) {
      if (time.track_id != track.file_id) continue;
      return ProducerTime{
          track.track.id, time.ntp,
          media::Timestamp{to_90k(time.time.count(), track.timescale)} + track.time_offset};
    }
    return std::nullopt;
  }

  Result<void> read_prft(Bytes payload) {
    FLU_TRY_ASSIGN(const ProducerTime time, parse_prft(payload));
    producer_times_.push_back(time);
    return note_skipped();
  }

  Result<void> read_uuid(Bytes payload) {
    FLU_TRY_ASSIGN(const std::optional<FragmentInfo> info, parse_fragment_info(payload));
    if (info) info_ = info;
    FLU_TRY_ASSIGN(const std::optional<StreamHead> head, parse_stream_head(payload));
    if (head && is_flu) {
      in_pipe_ = true;
      ready_.emplace_back(*head);
    }
    return note_skipped();
  }

  Result<void> read_emsg(Bytes payload) {
    FLU_TRY_ASSIGN(std::optional<ParsedEvent> parsed, parse_emsg(payload));
    if (!parsed) return note_skipped();
    if (parsed->event.time >= media::kMaxUtc) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("time {}, expected less than 2^53", parsed->event.time.count()));
    }
    if (!parsed->is_relative) {
      ready_.emplace_back(std::move(parsed->event));
      return {};
    }
    relative_events_.push_back(std::move(parsed->event));
    return note_skipped();
  }

  // Version 0 counts from the earliest presentation of the segment that follows.
  void emit_relative_events(const Fragment& fragment) {
    if (fragment.samples.empty()) return;
    for (media::Event& event : relative_events_) {
      event.time += fragment.samples.front().dts + fragment.samples.front().cts;
      ready_.emplace_back(std::move(event));
    }
    relative_events_.clear();
  }

  std::optional<Error> error_;
  std::vector<StreamUnit> ready_;
  std::size_t taken_ = 0;  // of ready_

  FourCc type_ = 0;            // of the box being read
  std::uint64_t to_skip_ = 0;  // bytes of a box that is passed over
  unsigned skipped_ = 0;       // boxes in a row

  bool has_flu_brand_ = false;  // of the last ftyp
  bool in_pipe_ = false;        // FLU-HEAD was seen
  bool has_movie_ = false;
  Movie movie_;
  FragmentBuilder builder_;

  bool has_moof_ = false;
  Moof moof_;
  std::uint64_t moof_position_ = 0;
  std::optional<FragmentInfo> info_;
  std::vector<ProducerTime> producer_times_;
  std::vector<media::Event> relative_events_;
};

FluReader::FluReader() : impl_(std::make_unique<Impl>()) {}
FluReader::~FluReader() = default;

std::span<std::uint8_t> FluReader::prepare(std::size_t wanted) {
  return impl_->buffer.prepare(wanted);
}

void FluReader::commit(std::size_t count) {
  impl_->buffer.commit(count);
}

void FluReader::feed(Bytes bytes) {
  const std::span<std::uint8_t> room = prepare(bytes.size());
  std::copy(bytes.begin(), bytes.end(), room.begin());
  commit(bytes.size());
}

Result<std::optional<StreamUnit>> FluReader::next() {
  return impl_->next();
}

bool FluReader::is_flu() const {
  return impl_->is_flu;
}

std::uint64_t FluReader::position() const {
  return impl_->buffer.position();
}

}  // namespace flu::container
