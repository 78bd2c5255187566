#include "libcommon/av/text_framer.h"

#include <string>
#include <string_view>
#include <utility>

#include "libcommon/av/limits.h"
#include "libcommon/codec/cue_text.h"
#include "libcommon/codec/cue_track.h"

namespace flu::av {
namespace {

class TextFramer final : public PacketFramer {
 public:
  explicit TextFramer(TextForm form) : form_(form), track_(codec::make_text_track()) {}

  void feed(const Access& access) override {
    const auto time = access.times.pts ? access.times.pts : access.times.dts;
    auto text = text_of(access.data);
    if (!time || !text) {
      ++bad_;
      return;
    }
    const media::Ticks duration =
        access.duration > media::Ticks(0) ? access.duration : kUnknownCueDuration;
    cues_.add(
        {*time, *time + duration, codec::tidy_cue_settings(access.cue_settings), std::move(*text)});
  }

  void set_config(Bytes) override {}
  void flush() override {
    now_ += kTextTail;
    cues_.finish();
  }
  void advance(media::Timestamp now) override { now_ = std::max(now_, now); }
  std::optional<media::Sample> next() override { return cues_.next(now_); }
  [[nodiscard]] const std::optional<media::Track>& format() const override { return track_; }
  [[nodiscard]] std::uint32_t format_revision() const override { return 1; }
  [[nodiscard]] std::uint64_t bad_packets() const override { return bad_; }

 private:
  [[nodiscard]] Result<std::string> text_of(Bytes packet) const {
    const std::string_view text = as_text(packet);
    switch (form_) {
      case TextForm::kSubRip: return codec::cue_of_subrip(text);
      case TextForm::kAss: return codec::cue_of_ass(text);
      case TextForm::kTx3g: return codec::cue_of_tx3g(packet);
      case TextForm::kPlain: return codec::cue_of_plain_text(text);
      case TextForm::kWebVtt: break;
    }
    return codec::tidy_cue_text(text);
  }

  TextForm form_;
  std::optional<media::Track> track_;
  codec::CueTrack cues_;
  media::Timestamp now_{0};
  std::uint64_t bad_ = 0;
};

}  // namespace

std::unique_ptr<PacketFramer> make_text_framer(const StreamInfo& info) {
  return std::make_unique<TextFramer>(info.text_form);
}

}  // namespace flu::av
