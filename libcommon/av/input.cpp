// Tested by tests/e2e/demux/files-ffprobe.sh
#include "libcommon/av/input.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "libcommon/av/av_error.h"
#include "libcommon/av/av_log.h"
#include "libcommon/av/dictionary.h"
#include "libcommon/av/limits.h"
#include "libcommon/av/open_error.h"
#include "libcommon/av/patience.h"
#include "libcommon/av/playlist_hook.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace flu::av {
namespace {

std::optional<media::CodecId> codec_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_H264: return media::CodecId::kH264;
    case AV_CODEC_ID_HEVC: return media::CodecId::kHevc;
    case AV_CODEC_ID_MPEG2VIDEO: return media::CodecId::kMpeg2Video;
    case AV_CODEC_ID_AAC:
    case AV_CODEC_ID_AAC_LATM: return media::CodecId::kAac;
    case AV_CODEC_ID_MP3: return media::CodecId::kMp3;
    case AV_CODEC_ID_MP1:
    case AV_CODEC_ID_MP2: return media::CodecId::kMp2;
    case AV_CODEC_ID_AC3: return media::CodecId::kAc3;
    case AV_CODEC_ID_EAC3: return media::CodecId::kEac3;
    case AV_CODEC_ID_OPUS: return media::CodecId::kOpus;
    case AV_CODEC_ID_WEBVTT:
    case AV_CODEC_ID_SUBRIP:
    case AV_CODEC_ID_ASS:
    case AV_CODEC_ID_MOV_TEXT:
    case AV_CODEC_ID_TEXT: return media::CodecId::kWebVtt;
    default: return std::nullopt;
  }
}

TextForm text_form_of(AVCodecID id) {
  switch (id) {
    case AV_CODEC_ID_SUBRIP: return TextForm::kSubRip;
    case AV_CODEC_ID_ASS: return TextForm::kAss;
    case AV_CODEC_ID_MOV_TEXT: return TextForm::kTx3g;
    case AV_CODEC_ID_TEXT: return TextForm::kPlain;
    default: return TextForm::kWebVtt;
  }
}

std::string language_of(const AVStream& stream) {
  const AVDictionaryEntry* entry = av_dict_get(stream.metadata, "language", nullptr, 0);
  if (entry == nullptr) return "und";
  const std::string_view text = entry->value;
  const bool is_code = text.size() == 3 && std::all_of(text.begin(), text.end(),
                                                       [](char c) { return c >= 'a' && c <= 'z'; });
  return is_code ? std::string(text) : "und";
}

std::uint8_t audio_type_of(const AVStream& stream) {
  if ((stream.disposition & AV_DISPOSITION_HEARING_IMPAIRED) != 0) return 2;
  if ((stream.disposition & AV_DISPOSITION_VISUAL_IMPAIRED) != 0) return 3;
  return 0;
}

std::uint32_t positive(int value) {
  return value > 0 ? static_cast<std::uint32_t>(value) : 0;
}

StreamInfo describe(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  StreamInfo info;
  info.index = static_cast<unsigned>(stream.index);
  const std::string_view kind = codec.codec_type == AVMEDIA_TYPE_VIDEO      ? "video"
                                : codec.codec_type == AVMEDIA_TYPE_AUDIO    ? "audio"
                                : codec.codec_type == AVMEDIA_TYPE_SUBTITLE ? "subtitle"
                                                                            : "data";
  info.codec_name = codec.codec_id == AV_CODEC_ID_NONE
                        ? fmt::format("{} of an unknown codec", kind)
                        : fmt::format("{} ({})", avcodec_get_name(codec.codec_id), kind);
  info.codec = codec_of(codec.codec_id);
  info.text_form = text_form_of(codec.codec_id);
  info.is_hearing_impaired = (stream.disposition & AV_DISPOSITION_HEARING_IMPAIRED) != 0;
  info.is_latm = codec.codec_id == AV_CODEC_ID_AAC_LATM;
  info.is_media = codec.codec_type != AVMEDIA_TYPE_DATA &&
                  (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
  if (!info.is_media) info.codec.reset();
  info.language = language_of(stream);
  info.audio_type = audio_type_of(stream);
  if (codec.extradata != nullptr && codec.extradata_size > 0) {
    info.config.assign(codec.extradata, codec.extradata + codec.extradata_size);
  }
  info.scale = {stream.time_base.num, stream.time_base.den,
                static_cast<unsigned>(std::max(stream.pts_wrap_bits, 1))};
  info.video.width = positive(codec.width);
  info.video.height = positive(codec.height);
  if (stream.avg_frame_rate.num > 0 && stream.avg_frame_rate.den > 0) {
    info.video.rate_num = positive(stream.avg_frame_rate.num);
    info.video.rate_den = positive(stream.avg_frame_rate.den);
  }
  info.audio.sample_rate = positive(codec.sample_rate);
  info.audio.channels = positive(codec.ch_layout.nb_channels);
  return info;
}

}  // namespace

class Input::Impl {
 public:
  explicit Impl(const InputSettings& settings)
      : settings_(settings), patience_(settings.stop), hook_(settings_, patience_) {}
  ~Impl() {
    av_packet_free(&packet_);
    avformat_close_input(&context_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> open() {
    (void)take_last_error();
    const AVInputFormat* format = nullptr;
    if (!settings_.format.empty()) {
      format = av_find_input_format(settings_.format.c_str());
      if (format == nullptr) {
        return fail(ErrorCode::kUnsupported,
                    fmt::format("this build of FFmpeg has no {}", settings_.format));
      }
    }
    packet_ = av_packet_alloc();
    context_ = avformat_alloc_context();
    if (packet_ == nullptr || context_ == nullptr) {
      return fail(ErrorCode::kUnavailable, "out of memory");
    }
    context_->interrupt_callback = {&Patience::ask, &patience_};
    // Neither parsed nor filled in: frames and times are what the codecs' framers find.
    context_->flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN;
    context_->correct_ts_overflow = 0;
    const std::size_t probe = settings_.is_live ? kLiveProbeBytes : kFileProbeBytes;
    context_->probesize = static_cast<std::int64_t>(probe);
    context_->max_analyze_duration = kProbeTime.count();
    if (settings_.on_playlist) hook_.install(*context_);
    Dictionary options(settings_.options);
    options.set("protocol_whitelist", settings_.protocols);
    if (!settings_.formats.empty()) options.set("format_whitelist", settings_.formats);
    patience_.begin(settings_.open_timeout);
    // Frees the context when it fails.
    const int opened = avformat_open_input(&context_, settings_.url.c_str(), format, options.get());
    if (opened < 0) {
      if (hook_.error()) return tl::unexpected<Error>(*hook_.error());
      if (auto refused = refused_certificate(settings_, settings_.url)) {
        return tl::unexpected<Error>(std::move(*refused));
      }
      return open_error(opened, patience_);
    }
    return {};
  }

  [[nodiscard]] const AVFormatContext& context() const { return *context_; }

  Result<std::optional<Packet>> read() {
    patience_.begin(settings_.read_timeout);
    av_packet_unref(packet_);
    int got = 0;
    while ((got = av_read_frame(context_, packet_)) == AVERROR(EAGAIN)) {
      if (patience_.is_over()) break;
    }
    if (got == AVERROR_EOF) {
      // The end of a file may be one that could not be read; that of a connection is only its end.
      const int broken = settings_.is_live || context_->pb == nullptr ? 0 : context_->pb->error;
      if (broken >= 0 || broken == AVERROR_EOF) return std::nullopt;
      got = broken;
    }
    if (got < 0) {
      if (hook_.error()) return tl::unexpected<Error>(*hook_.error());
      return read_error(got, patience_);
    }
    return take();
  }

 private:
  std::optional<Packet> take() {
    Packet out;
    out.stream = static_cast<unsigned>(packet_->stream_index);
    if (packet_->pts != AV_NOPTS_VALUE) out.pts = packet_->pts;
    if (packet_->dts != AV_NOPTS_VALUE) out.dts = packet_->dts;
    out.duration = std::max<std::int64_t>(packet_->duration, 0);
    out.is_key = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
    out.is_discarded = (packet_->flags & AV_PKT_FLAG_DISCARD) != 0;
    out.data = Bytes(packet_->data, static_cast<std::size_t>(std::max(packet_->size, 0)));
    std::size_t size = 0;
    const std::uint8_t* changed =
        av_packet_get_side_data(packet_, AV_PKT_DATA_NEW_EXTRADATA, &size);
    if (changed != nullptr) out.new_config.assign(changed, changed + size);
    const std::uint8_t* settings =
        av_packet_get_side_data(packet_, AV_PKT_DATA_WEBVTT_SETTINGS, &size);
    if (settings != nullptr) out.cue_settings.assign(settings, settings + size);
    if (out.stream >= seen_.size()) seen_.resize(out.stream + 1, false);
    out.is_first = !seen_[out.stream];
    seen_[out.stream] = true;
    return out;
  }

  InputSettings settings_;
  Patience patience_;
  PlaylistHook hook_;
  AVFormatContext* context_ = nullptr;
  AVPacket* packet_ = nullptr;
  std::vector<bool> seen_;  // by stream
};

Result<std::unique_ptr<Input>> Input::open(const InputSettings& settings) {
  auto impl = std::make_unique<Impl>(settings);
  FLU_TRY(impl->open());
  return std::unique_ptr<Input>(new Input(std::move(impl)));
}

Input::Input(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Input::~Input() = default;

std::size_t Input::stream_count() const {
  return impl_->context().nb_streams;
}

StreamInfo Input::stream(std::size_t index) const {
  const AVFormatContext& context = impl_->context();
  return describe(**std::next(context.streams, static_cast<std::ptrdiff_t>(index)));
}

bool Input::may_get_streams() const {
  return (impl_->context().ctx_flags & AVFMTCTX_NOHEADER) != 0;
}

Result<std::optional<Packet>> Input::read() {
  return impl_->read();
}

}  // namespace flu::av
