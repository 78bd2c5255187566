// Tested by tests/e2e/demux/hls-ffmpeg.sh
#include "libcommon/av/playlist_hook.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "libcommon/av/limits.h"
#include "libcommon/av/open_error.h"
#include "libcommon/base/log.h"

extern "C" {
#include <libavformat/avformat.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/time.h>
}

namespace flu::av {
namespace {

constexpr std::string_view kPlaylistStart = "#EXTM3U";
constexpr std::chrono::milliseconds kAgain{500};
constexpr std::chrono::milliseconds kLook{50};

std::string option_of(AVIOContext* io, const char* name) {
  std::uint8_t* value = nullptr;
  if (av_opt_get(io, name, AV_OPT_SEARCH_CHILDREN, &value) < 0 || value == nullptr) return {};
  std::string out(static_cast<const char*>(static_cast<void*>(value)));
  av_free(value);
  return out;
}

bool is_playlist(AVIOContext* io) {
  std::array<std::uint8_t, kPlaylistStart.size()> head{};
  const int got = avio_read(io, head.data(), static_cast<int>(head.size()));
  // Within what is buffered, so that it works on every source.
  avio_seek(io, 0, SEEK_SET);
  return got == static_cast<int>(head.size()) && as_text(head) == kPlaylistStart;
}

Result<std::string> read_all(AVIOContext* io) {
  std::string text;
  std::array<std::uint8_t, 4096> part{};
  while (true) {
    const int got = avio_read(io, part.data(), static_cast<int>(part.size()));
    if (got == AVERROR_EOF || got == 0) return text;
    if (got < 0) return fail(ErrorCode::kUnavailable, "reading failed");
    if (text.size() + static_cast<std::size_t>(got) > kMaxPlaylistBytes) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("a playlist of more than {} bytes", kMaxPlaylistBytes));
    }
    text += as_text(Bytes(part).first(static_cast<std::size_t>(got)));
  }
}

// The text as something to read from. It has no opaque part, so that libav can close it as its own.
AVIOContext* make_text_io(const std::string& text) {
  auto* bytes = static_cast<unsigned char*>(av_malloc(text.size() + 1));
  if (bytes == nullptr) return nullptr;
  std::copy(text.begin(), text.end(), bytes);
  AVIOContext* io = avio_alloc_context(bytes, static_cast<int>(text.size()), 0, nullptr, nullptr,
                                       nullptr, nullptr);
  if (io == nullptr) {
    av_free(bytes);
    return nullptr;
  }
  io->buf_end = io->buffer + text.size();
  return io;
}

}  // namespace

void PlaylistHook::install(AVFormatContext& context) {
  original_ = context.io_open;
  context.opaque = this;
  context.io_open = &PlaylistHook::on_open;
}

int PlaylistHook::on_open(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                          AVDictionary** options) {
  return static_cast<PlaylistHook*>(context->opaque)
      ->open(context, io, url, flags, options == nullptr ? nullptr : *options);
}

int PlaylistHook::open_once(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                            const AVDictionary* options) {
  AVDictionary* all = nullptr;
  av_dict_copy(&all, options, 0);
  // libav takes them over from the first playlist, which is not its own here.
  for (const char* name : {"user_agent", "headers"}) {
    for (const auto& [key, value] : settings_.options) {
      if (key == name) av_dict_set(&all, name, value.c_str(), 0);
    }
  }
  if (!cookies_.empty()) av_dict_set(&all, "cookies", cookies_.c_str(), 0);
  const int opened = original_(context, io, url, flags, &all);
  av_dict_free(&all);
  if (opened < 0) {
    if (auto refused = refused_certificate(settings_, url)) {
      error_ = std::move(*refused);
      patience_.give_up();
    }
    return opened;
  }
  if (const std::string cookies = option_of(*io, "cookies"); !cookies.empty()) cookies_ = cookies;
  return 0;
}

int PlaylistHook::replace(AVIOContext** io, const char* url, bool& is_again) {
  is_again = false;
  if (!is_playlist(*io)) return 0;
  const std::string location = option_of(*io, "location");
  auto text = read_all(*io);
  avio_closep(io);
  if (!text) {
    error_ = text.error();
    return AVERROR(EIO);
  }
  auto changed =
      settings_.on_playlist(location.empty() ? std::string(url) : location, std::move(*text));
  if (!changed) {
    error_ = changed.error();
    return AVERROR_INVALIDDATA;
  }
  if (!*changed) {
    is_again = true;
    return 0;
  }
  *io = make_text_io(**changed);
  return *io == nullptr ? AVERROR(ENOMEM) : 0;
}

int PlaylistHook::open(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                       const AVDictionary* options) {
  while (true) {
    const int opened = open_once(context, io, url, flags, options);
    if (opened < 0) return opened;
    bool is_again = false;
    const int replaced = replace(io, url, is_again);
    if (!is_again) return replaced;
    for (auto waited = kLook; waited < kAgain; waited += kLook) {
      if (patience_.is_over()) return AVERROR_EXIT;
      av_usleep(static_cast<unsigned>(std::chrono::microseconds(kLook).count()));
    }
  }
}

}  // namespace flu::av
