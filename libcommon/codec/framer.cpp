#include "libcommon/codec/framer.h"

#include "libcommon/codec/aac_adts.h"
#include "libcommon/codec/audio_framer.h"
#include "libcommon/codec/h264_picture.h"
#include "libcommon/codec/video_framer.h"

namespace flu::codec {

std::unique_ptr<Framer> make_framer(media::CodecId codec, Bytes config, AacTransport aac) {
  static_cast<void>(config);
  static_cast<void>(aac);
  switch (codec) {
    case media::CodecId::kH264:
      return std::make_unique<VideoFramer>(std::make_unique<H264PictureParser>());
    case media::CodecId::kAac: return std::make_unique<AudioFramer>(std::make_unique<AdtsParser>());
    default: return nullptr;
  }
}

}  // namespace flu::codec
