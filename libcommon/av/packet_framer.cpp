#include "libcommon/av/packet_framer.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "libcommon/av/opus_head.h"
#include "libcommon/av/text_framer.h"
#include "libcommon/codec/aac_adts.h"
#include "libcommon/codec/aac_config.h"
#include "libcommon/codec/audio_clock.h"
#include "libcommon/codec/format_values.h"
#include "libcommon/codec/opus.h"
#include "libcommon/codec/sample_queue.h"
#include "libcommon/codec/unit_rewriter.h"

namespace flu::av {
namespace {

using media::CodecId;

// Packets that are pieces of an elementary stream, cut anywhere: start codes, sync words.
class ElementaryFramer final : public PacketFramer {
 public:
  explicit ElementaryFramer(std::unique_ptr<codec::Framer> framer) : framer_(std::move(framer)) {}

  // Parameter sets, or nothing that a stream can hold: the first units of what comes next.
  void set_config(Bytes config) override { config_.assign(config.begin(), config.end()); }
  void feed(const Access& access) override {
    if (config_.empty()) return framer_->feed(access.data, access.times);
    append(config_, access.data);
    framer_->feed(config_, access.times);
    Buffer().swap(config_);
  }
  void flush() override { framer_->flush(); }
  std::optional<media::Sample> next() override { return framer_->next(); }
  [[nodiscard]] const std::optional<media::Track>& format() const override {
    return framer_->format();
  }
  [[nodiscard]] std::uint32_t format_revision() const override {
    return framer_->format_revision();
  }
  [[nodiscard]] std::uint64_t bad_packets() const override {
    return framer_->counters().bad_frames;
  }

 private:
  std::unique_ptr<codec::Framer> framer_;
  Buffer config_;  // not fed yet
};

// What the packet framers below share: whole frames, one sample each.
class FrameFramer : public PacketFramer {
 public:
  void flush() override {}
  std::optional<media::Sample> next() override { return queue_.next(); }
  [[nodiscard]] const std::optional<media::Track>& format() const override {
    return queue_.format();
  }
  [[nodiscard]] std::uint32_t format_revision() const override { return queue_.revision(); }
  [[nodiscard]] std::uint64_t bad_packets() const override { return bad_; }

 protected:
  void set_format(const media::Track& track) {
    if (queue_.newest() != track) queue_.set_format(track);
  }
  void push(media::Sample sample) { queue_.push(std::move(sample)); }
  [[nodiscard]] const std::optional<media::Track>& newest() const { return queue_.newest(); }
  void note_bad() { ++bad_; }

 private:
  codec::SampleQueue queue_;
  std::uint64_t bad_ = 0;
};

// H.264 and HEVC with lengths in front of their units.
class UnitFramer final : public FrameFramer {
 public:
  static Result<std::unique_ptr<PacketFramer>> make(const StreamInfo& info) {
    media::Track track;
    track.kind = media::TrackKind::kVideo;
    track.codec = *info.codec;
    track.config = info.config;
    track.video = info.video;
    FLU_TRY_ASSIGN(auto rewriter, codec::UnitRewriter::make(track));
    return std::unique_ptr<PacketFramer>(
        std::make_unique<UnitFramer>(std::move(track), std::move(rewriter)));
  }

  UnitFramer(media::Track given, codec::UnitRewriter rewriter)
      : given_(std::move(given)), rewriter_(std::move(rewriter)) {
    if (rewriter_.track()) set_format(*rewriter_.track());
  }

  void set_config(Bytes config) override {
    if (std::ranges::equal(config, given_.config)) return;
    media::Track track = given_;
    track.config.assign(config.begin(), config.end());
    auto rewriter = codec::UnitRewriter::make(track);
    if (!rewriter) return note_bad();
    given_ = std::move(track);
    rewriter_ = std::move(*rewriter);
    if (rewriter_.track()) set_format(*rewriter_.track());
  }

  void feed(const Access& access) override {
    auto rewritten = rewriter_.rewrite(access.data, access.is_key);
    if (!rewritten) return note_bad();
    if (rewriter_.track()) set_format(*rewriter_.track());
    const bool is_key = rewritten->sap != media::Sap::kNone;
    if (!newest() || !(has_started_ || is_key) || rewritten->data.empty()) return;
    if (!access.times.pts && !access.times.dts && !has_started_) return;
    has_started_ = true;
    media::Sample sample;
    sample.duration = access.duration;
    if (sample.duration <= media::Ticks{0}) sample.duration = newest()->nominal_duration;
    sample.dts = access.times.dts.value_or(access.times.pts.value_or(end_));
    sample.cts = access.times.pts.value_or(sample.dts) - sample.dts;
    sample.sap = rewritten->sap;
    sample.data = std::move(rewritten->data);
    end_ = sample.dts + sample.duration;
    push(std::move(sample));
  }

 private:
  media::Track given_;
  codec::UnitRewriter rewriter_;
  bool has_started_ = false;
  media::Timestamp end_{0};
};

// Audio frames of known length, their times counted in samples.
class AudioFrameFramer : public FrameFramer {
 protected:
  void push_frame(const Access& access, std::uint32_t samples, std::uint32_t rate) {
    const auto given = access.times.pts ? access.times.pts : access.times.dts;
    const auto times = clock_.stamp(given, samples, rate);
    if (!times || access.data.empty()) return note_bad();
    media::Sample sample;
    sample.dts = times->start;
    sample.duration = times->duration;
    sample.sap = media::Sap::kClosed;
    sample.data.assign(access.data.begin(), access.data.end());
    push(std::move(sample));
  }

 private:
  codec::AudioClock clock_;
};

// Raw AAC behind an AudioSpecificConfig.
class AacFramer final : public AudioFrameFramer {
 public:
  static Result<std::unique_ptr<PacketFramer>> make(const StreamInfo& info) {
    auto framer = std::make_unique<AacFramer>();
    FLU_TRY(framer->read_config(info.config));
    return std::unique_ptr<PacketFramer>(std::move(framer));
  }

  Result<void> read_config(Bytes config) {
    BitReader bits(config);
    FLU_TRY_ASSIGN(config_, codec::parse_aac_config(bits));
    set_format(codec::make_aac_track(config_, Buffer(config.begin(), config.end())));
    return {};
  }

  void set_config(Bytes config) override {
    if (!read_config(config)) note_bad();
  }

  void feed(const Access& access) override {
    push_frame(access, config_.samples_per_frame, config_.sample_rate);
  }

 private:
  codec::AacConfig config_;
};

// Opus packets as in Matroska, MP4 and Ogg.
class OpusFramer final : public AudioFrameFramer {
 public:
  explicit OpusFramer(const StreamInfo& info) : channels_(info.audio.channels) {
    set_config(info.config);
  }

  void set_config(Bytes config) override {
    auto dops = opus_config(config, channels_);
    if (!dops) return note_bad();
    track_.kind = media::TrackKind::kAudio;
    track_.codec = CodecId::kOpus;
    track_.audio = {kOpusRate, (*dops)[1], 0};
    track_.config = std::move(*dops);
    if (newest()) set_format(track_);
  }

  void feed(const Access& access) override {
    const auto samples = codec::opus_packet_samples(access.data);
    if (!samples || track_.config.empty()) return note_bad();
    if (!newest()) {
      track_.nominal_duration = codec::audio_duration(*samples, kOpusRate);
      set_format(track_);
    }
    push_frame(access, *samples, kOpusRate);
  }

 private:
  static constexpr std::uint32_t kOpusRate = 48'000;

  std::uint32_t channels_;
  media::Track track_;
};

// Opus in MPEG-TS has a header in front of each packet, which no packet can begin with; the first
// one tells.
class AnyOpusFramer final : public PacketFramer {
 public:
  explicit AnyOpusFramer(const StreamInfo& info) : info_(info) {}

  void set_config(Bytes config) override {
    info_.config.assign(config.begin(), config.end());
    if (framer_ != nullptr) framer_->set_config(config);
  }

  void feed(const Access& access) override {
    if (framer_ == nullptr) choose(access.data);
    framer_->feed(access);
  }

  void flush() override {
    if (framer_ != nullptr) framer_->flush();
  }
  std::optional<media::Sample> next() override {
    return framer_ == nullptr ? std::nullopt : framer_->next();
  }
  [[nodiscard]] const std::optional<media::Track>& format() const override {
    return framer_ == nullptr ? none_ : framer_->format();
  }
  [[nodiscard]] std::uint32_t format_revision() const override {
    return framer_ == nullptr ? 0 : framer_->format_revision();
  }
  [[nodiscard]] std::uint64_t bad_packets() const override {
    return framer_ == nullptr ? 0 : framer_->bad_packets();
  }

 private:
  void choose(Bytes packet) {
    codec::OpusControlHeader header;
    if (codec::parse_opus_control(packet, header) != codec::OpusControl::kWhole) {
      framer_ = std::make_unique<OpusFramer>(info_);
      return;
    }
    // What the PMT's extension descriptor would say: the number of channels.
    const Buffer code{0x80, static_cast<std::uint8_t>(std::min(info_.audio.channels, 8U))};
    framer_ = std::make_unique<ElementaryFramer>(
        codec::make_framer(CodecId::kOpus, info_.audio.channels == 0 ? Bytes{} : Bytes(code)));
  }

  StreamInfo info_;
  std::unique_ptr<PacketFramer> framer_;
  std::optional<media::Track> none_;
};

// As FFmpeg tells avcC and hvcC from start codes.
bool has_lengths(const StreamInfo& info) {
  const Buffer& config = info.config;
  if (config.size() < 7) return false;
  if (*info.codec == CodecId::kH264) return config[0] == 1;
  return config[0] != 0 || config[1] != 0 || config[2] > 1;
}

std::unique_ptr<PacketFramer> make_elementary(const StreamInfo& info) {
  const auto aac = info.is_latm ? codec::AacTransport::kLatm : codec::AacTransport::kAdts;
  auto framer = std::make_unique<ElementaryFramer>(codec::make_framer(*info.codec, {}, aac));
  if (info.codec == CodecId::kH264 || info.codec == CodecId::kHevc ||
      info.codec == CodecId::kMpeg2Video) {
    framer->set_config(info.config);
  }
  return framer;
}

}  // namespace

Result<std::unique_ptr<PacketFramer>> make_packet_framer(const StreamInfo& info) {
  if (!info.codec) return fail(ErrorCode::kUnsupported, "a codec that is not carried");
  switch (*info.codec) {
    case CodecId::kH264:
    case CodecId::kHevc:
      if (has_lengths(info)) return UnitFramer::make(info);
      return make_elementary(info);
    case CodecId::kAac:
      if (info.config.empty() || info.is_latm) return make_elementary(info);
      return AacFramer::make(info);
    case CodecId::kOpus: return std::make_unique<AnyOpusFramer>(info);
    case CodecId::kMpeg2Video:
    case CodecId::kMp3:
    case CodecId::kMp2:
    case CodecId::kAc3:
    case CodecId::kEac3: return make_elementary(info);
    case CodecId::kDvbSubtitle:
    case CodecId::kTeletext: break;
    case CodecId::kWebVtt: return make_text_framer(info);
  }
  return fail(ErrorCode::kUnsupported, "subtitles of pictures are not carried");
}

}  // namespace flu::av
