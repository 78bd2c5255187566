#include "libcommon/codec/framer.h"

#include "libcommon/codec/aac_adts.h"
#include "libcommon/codec/aac_latm.h"
#include "libcommon/codec/ac3.h"
#include "libcommon/codec/audio_framer.h"
#include "libcommon/codec/h264_picture.h"
#include "libcommon/codec/hevc_picture.h"
#include "libcommon/codec/mpeg2_picture.h"
#include "libcommon/codec/mpeg_audio.h"
#include "libcommon/codec/opus.h"
#include "libcommon/codec/private_data.h"
#include "libcommon/codec/video_framer.h"

namespace flu::codec {
namespace {

template <typename Parser>
std::unique_ptr<Framer> make_video() {
  return std::make_unique<VideoFramer>(std::make_unique<Parser>());
}

template <typename Parser, typename... Arguments>
std::unique_ptr<Framer> make_audio(Arguments... arguments) {
  return std::make_unique<AudioFramer>(std::make_unique<Parser>(arguments...));
}

}  // namespace

std::unique_ptr<Framer> make_framer(media::CodecId codec, Bytes config, AacTransport aac) {
  switch (codec) {
    case media::CodecId::kH264: return make_video<H264PictureParser>();
    case media::CodecId::kHevc: return make_video<HevcPictureParser>();
    case media::CodecId::kMpeg2Video: return make_video<Mpeg2PictureParser>();
    case media::CodecId::kAac:
      return aac == AacTransport::kLatm ? make_audio<LatmParser>() : make_audio<AdtsParser>();
    case media::CodecId::kMp3:
    case media::CodecId::kMp2: return make_audio<MpegAudioParser>();
    case media::CodecId::kAc3:
    case media::CodecId::kEac3: return make_audio<Ac3Parser>();
    case media::CodecId::kOpus: return make_audio<OpusParser>(config);
    case media::CodecId::kDvbSubtitle:
    case media::CodecId::kTeletext: return std::make_unique<PrivateDataFramer>(codec, config);
    case media::CodecId::kWebVtt: break;
  }
  return nullptr;
}

}  // namespace flu::codec
