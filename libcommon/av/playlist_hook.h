#pragma once

#include "libcommon/av/input.h"
#include "libcommon/av/patience.h"

struct AVFormatContext;
struct AVIOContext;
struct AVDictionary;

namespace flu::av {

// Stands between libav's HLS demuxer and what it opens: playlists pass through on_playlist.
class PlaylistHook {
 public:
  PlaylistHook(const InputSettings& settings, Patience& patience)
      : settings_(settings), patience_(patience) {}

  // Becomes the context's io_open; `this` outlives the context.
  void install(AVFormatContext& context);

  // What on_playlist said against a playlist.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  using Open = int (*)(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**);

  static int on_open(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                     AVDictionary** options);
  int open(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
           const AVDictionary* options);
  int open_once(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                const AVDictionary* options);
  int replace(AVIOContext** io, const char* url, bool& is_again);

  const InputSettings& settings_;
  Patience& patience_;
  Open original_ = nullptr;
  std::string cookies_;
  std::optional<Error> error_;
};

}  // namespace flu::av
