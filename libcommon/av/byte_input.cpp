// Tested by tests/e2e/demux/srt-ffmpeg.sh
#include "libcommon/av/byte_input.h"

#include <fmt/format.h>

#include "libcommon/av/av_error.h"
#include "libcommon/av/av_log.h"
#include "libcommon/av/dictionary.h"
#include "libcommon/av/open_error.h"
#include "libcommon/av/patience.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace flu::av {

class ByteInput::Impl {
 public:
  explicit Impl(const InputSettings& settings)
      : settings_(settings), patience_(settings.stop), callback_{&Patience::ask, &patience_} {}
  ~Impl() { avio_closep(&io_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<> open() {
    (void)take_last_error();
    Dictionary options(settings_.options);
    options.set("protocol_whitelist", settings_.protocols);
    patience_.begin(settings_.open_timeout);
    const int opened =
        avio_open2(&io_, settings_.url.c_str(), AVIO_FLAG_READ, &callback_, options.get());
    if (opened < 0) return open_error(opened, patience_);
    return {};
  }

  Result<std::size_t> read(std::span<std::uint8_t> into) {
    patience_.begin(settings_.read_timeout);
    const int got = avio_read_partial(io_, into.data(), static_cast<int>(into.size()));
    if (got > 0) return static_cast<std::size_t>(got);
    if (got == 0 || got == AVERROR_EOF) return std::size_t{0};
    return read_error(got, patience_);
  }

 private:
  InputSettings settings_;
  Patience patience_;
  AVIOInterruptCB callback_;
  AVIOContext* io_ = nullptr;
};

Result<std::unique_ptr<ByteInput>> ByteInput::open(const InputSettings& settings) {
  auto impl = std::make_unique<Impl>(settings);
  FLU_TRY(impl->open());
  return std::unique_ptr<ByteInput>(new ByteInput(std::move(impl)));
}

ByteInput::ByteInput(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ByteInput::~ByteInput() = default;

Result<std::size_t> ByteInput::read(std::span<std::uint8_t> into) {
  return impl_->read(into);
}

}  // namespace flu::av
