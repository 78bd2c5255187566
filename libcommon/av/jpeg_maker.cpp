// Tested by tests/e2e/serve/thumbnails-ffprobe.sh
#include "libcommon/av/jpeg_maker.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "libcommon/av/av_error.h"
#include "libcommon/av/av_log.h"
#include "libcommon/av/limits.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libswscale/swscale.h>
}

namespace flu::av {
namespace {

struct FreeContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FreeScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using Context = std::unique_ptr<AVCodecContext, FreeContext>;
using Frame = std::unique_ptr<AVFrame, FreeFrame>;
using Packet = std::unique_ptr<AVPacket, FreePacket>;
using Scaler = std::unique_ptr<SwsContext, FreeScaler>;

tl::unexpected<Error> fail_av(int number, const char* doing) {
  const std::string said = take_last_error();
  Error error = to_error(number);
  if (!said.empty()) error.message = said;
  return tl::unexpected<Error>(std::move(error).with_context(doing));
}

tl::unexpected<Error> no_memory() {
  return fail(ErrorCode::kLimitExceeded, "out of memory");
}

AVCodecID codec_id(media::CodecId codec) {
  switch (codec) {
    case media::CodecId::kH264: return AV_CODEC_ID_H264;
    case media::CodecId::kHevc: return AV_CODEC_ID_HEVC;
    case media::CodecId::kMpeg2Video: return AV_CODEC_ID_MPEG2VIDEO;
    default: return AV_CODEC_ID_NONE;
  }
}

Result<Context> open_decoder(const media::Track& track) {
  const AVCodec* const codec = avcodec_find_decoder(codec_id(track.codec));
  if (codec == nullptr) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} is not decoded", media::to_string(track.codec)));
  }
  Context context(avcodec_alloc_context3(codec));
  if (!context) return no_memory();
  context->thread_count = 1;
  context->max_pixels = kMaxPicturePixels;
  // A picture that is not whole is an error; what a decoder makes up is no picture of the stream.
  context->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER | AV_EF_EXPLODE;
  // An I picture with a recovery point counts as broken until others came.
  context->flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;
  context->flags2 |= AV_CODEC_FLAG2_SHOW_ALL;
  if (!track.config.empty()) {
    context->extradata =
        static_cast<std::uint8_t*>(av_mallocz(track.config.size() + AV_INPUT_BUFFER_PADDING_SIZE));
    if (context->extradata == nullptr) return no_memory();
    std::memcpy(context->extradata, track.config.data(), track.config.size());
    context->extradata_size = static_cast<int>(track.config.size());
  }
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0) return fail_av(opened, "open the decoder");
  return context;
}

Result<Frame> decode(const media::Track& track, Bytes sample) {
  (void)take_last_error();
  FLU_TRY_ASSIGN(const Context context, open_decoder(track));
  const Packet packet(av_packet_alloc());
  Frame frame(av_frame_alloc());
  if (!packet || !frame || sample.size() > kMaxCodedPicture ||
      av_new_packet(packet.get(), static_cast<int>(sample.size())) < 0) {
    return no_memory();
  }
  std::memcpy(packet->data, sample.data(), sample.size());
  packet->flags |= AV_PKT_FLAG_KEY;
  const int sent = avcodec_send_packet(context.get(), packet.get());
  if (sent < 0) return fail_av(sent, "decode");
  int got = avcodec_receive_frame(context.get(), frame.get());
  if (got == AVERROR(EAGAIN)) {  // it waits for pictures that would be shown before
    (void)avcodec_send_packet(context.get(), nullptr);
    got = avcodec_receive_frame(context.get(), frame.get());
  }
  if (got == AVERROR_EOF) return fail(ErrorCode::kMalformed, "decode: no picture in it");
  if (got < 0) return fail_av(got, "decode");
  if (frame->decode_error_flags != 0) {
    return fail(ErrorCode::kMalformed, "decode: parts of the picture are damaged");
  }
  return frame;
}

// How often it is to be turned by 90 degrees, clockwise.
unsigned quarter_turns(const AVFrame& frame) {
  const AVFrameSideData* const side = av_frame_get_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
  if (side == nullptr) return 0;
  std::array<std::int32_t, 9> matrix{};
  if (side->size < sizeof matrix) return 0;
  std::memcpy(matrix.data(), side->data, sizeof matrix);
  const double degrees = -av_display_rotation_get(matrix.data());
  if (!std::isfinite(degrees)) return 0;
  return static_cast<unsigned>(static_cast<int>(std::lround(degrees / 90)) + 4) % 4;
}

struct Size {
  int width = 0;
  int height = 0;
};

// With square pixels and within the box; even, as the chroma of a JPEG wants it.
Size shown_size(const AVFrame& frame, const media::Track& track, PictureBox box) {
  double width = frame.width;
  double height = frame.height;
  const AVRational own = frame.sample_aspect_ratio;
  const bool has_own = own.num > 0 && own.den > 0;
  const double aspect = has_own ? av_q2d(own)
                                : static_cast<double>(std::max(track.video.sar_width, 1U)) /
                                      std::max(track.video.sar_height, 1U);
  constexpr double kWidest = 8;  // beyond, it is no aspect ratio
  if (aspect >= 1 && aspect < kWidest) width *= aspect;
  if (aspect < 1 && aspect > 1 / kWidest) height /= aspect;
  if (quarter_turns(frame) % 2 == 1) std::swap(box.width, box.height);
  const double fit = std::min({1.0, box.width / width, box.height / height});
  const auto even = [fit](double side) {
    return std::max(2, static_cast<int>(std::lround(side * fit / 2)) * 2);
  };
  return {even(width), even(height)};
}

Result<Frame> make_frame(Size size) {
  Frame frame(av_frame_alloc());
  if (!frame) return no_memory();
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = size.width;
  frame->height = size.height;
  if (av_frame_get_buffer(frame.get(), 0) < 0) return no_memory();
  return frame;
}

// The formats of full range have names of their own, which libswscale warns of.
AVPixelFormat plain_format(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P: return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P: return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P: return AV_PIX_FMT_YUV444P;
    default: return static_cast<AVPixelFormat>(format);
  }
}

int matrix_of(const AVFrame& frame) {
  if (frame.colorspace != AVCOL_SPC_UNSPECIFIED) return frame.colorspace;
  constexpr int kHd = 720;
  return frame.height >= kHd ? SWS_CS_ITU709 : SWS_CS_ITU601;
}

// To what a JPEG holds (JFIF): full range, BT.601.
Result<Frame> scale(const AVFrame& from, Size size) {
  std::array<const std::uint8_t*, 4> planes{};
  std::array<int, 4> strides{};
  // Two fields are two moments: the first of them is shown.
  const bool is_split = from.interlaced_frame != 0 && from.height % 4 == 0;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const int stride = from.linesize[i];
    planes[i] = from.data[i];
    if (planes[i] != nullptr && is_split && from.top_field_first == 0) planes[i] += stride;
    strides[i] = is_split ? stride * 2 : stride;
  }
  const int height = is_split ? from.height / 2 : from.height;
  const AVPixelFormat format = plain_format(from.format);
  const bool is_full = format != from.format || from.color_range == AVCOL_RANGE_JPEG;
  const Scaler scaler(sws_getContext(from.width, height, format, size.width, size.height,
                                     AV_PIX_FMT_YUV420P, SWS_BILINEAR, nullptr, nullptr, nullptr));
  if (!scaler) return fail(ErrorCode::kUnsupported, "scale: pictures of this kind");
  constexpr int kOne = 1 << 16;
  (void)sws_setColorspaceDetails(scaler.get(), sws_getCoefficients(matrix_of(from)),
                                 is_full ? 1 : 0, sws_getCoefficients(SWS_CS_ITU601), 1, 0, kOne,
                                 kOne);
  FLU_TRY_ASSIGN(Frame frame, make_frame(size));
  const int done = sws_scale(scaler.get(), planes.data(), strides.data(), 0, height, frame->data,
                             frame->linesize);
  if (done < 0) return fail_av(done, "scale");
  return frame;
}

void turn_plane(const AVFrame& from, AVFrame& to, std::size_t plane, unsigned turns) {
  const int shift = plane == 0 ? 0 : 1;
  const int width = to.width >> shift;
  const int height = to.height >> shift;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int from_x = turns == 1 ? y : turns == 2 ? width - 1 - x : height - 1 - y;
      const int from_y = turns == 1 ? width - 1 - x : turns == 2 ? height - 1 - y : x;
      to.data[plane][y * to.linesize[plane] + x] =
          from.data[plane][from_y * from.linesize[plane] + from_x];
    }
  }
}

Result<Frame> turn(Frame from, unsigned turns) {
  if (turns == 0) return from;
  const Size size = turns == 2 ? Size{from->width, from->height} : Size{from->height, from->width};
  FLU_TRY_ASSIGN(Frame to, make_frame(size));
  for (std::size_t plane = 0; plane < 3; ++plane) turn_plane(*from, *to, plane, turns);
  return to;
}

Result<Buffer> encode(AVFrame& frame) {
  const AVCodec* const codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG);
  if (codec == nullptr) return fail(ErrorCode::kUnsupported, "this FFmpeg makes no JPEG");
  const Context context(avcodec_alloc_context3(codec));
  const Packet packet(av_packet_alloc());
  if (!context || !packet) return no_memory();
  constexpr int kQuality = 5 * FF_QP2LAMBDA;  // about 85 of 100
  context->width = frame.width;
  context->height = frame.height;
  context->pix_fmt = AV_PIX_FMT_YUVJ420P;
  context->color_range = AVCOL_RANGE_JPEG;
  context->time_base = {1, 25};
  context->thread_count = 1;
  context->flags |= AV_CODEC_FLAG_QSCALE;
  context->global_quality = kQuality;
  frame.format = AV_PIX_FMT_YUVJ420P;
  frame.quality = kQuality;
  frame.pts = 0;
  int done = avcodec_open2(context.get(), codec, nullptr);
  if (done >= 0) done = avcodec_send_frame(context.get(), &frame);
  if (done >= 0) done = avcodec_receive_packet(context.get(), packet.get());
  if (done < 0) return fail_av(done, "make a JPEG");
  return Buffer(packet->data, packet->data + packet->size);
}

}  // namespace

Result<Buffer> make_jpeg(const media::Track& track, Bytes sample, const PictureBox& box) {
  FLU_TRY_ASSIGN(const Frame decoded, decode(track, sample));
  FLU_TRY_ASSIGN(Frame scaled, scale(*decoded, shown_size(*decoded, track, box)));
  FLU_TRY_ASSIGN(const Frame turned, turn(std::move(scaled), quarter_turns(*decoded)));
  return encode(*turned);
}

}  // namespace flu::av
