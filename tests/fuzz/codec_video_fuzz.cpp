// H.264, HEVC and MPEG-2 video: [codec] [piece size] stream. The stream comes in three PES packets;
// whole or in pieces, the samples must be the same, and each must be what its description says.
#include <algorithm>
#include <array>
#include <vector>

#include "libcommon/base/check.h"
#include "libcommon/codec/annexb.h"
#include "libcommon/codec/codec_string.h"
#include "libcommon/codec/framer.h"
#include "libcommon/codec/limits.h"

namespace {

using flu::Bytes;
using flu::media::CodecId;

constexpr std::array<CodecId, 3> kCodecs{CodecId::kH264, CodecId::kHevc, CodecId::kMpeg2Video};

struct Sample {
  flu::media::Sample sample;
  std::uint32_t revision = 0;
};

void check(const flu::media::Sample& sample, const flu::media::Track& track) {
  FLU_CHECK(sample.cts.count() >= 0);
  FLU_CHECK(sample.duration.count() > 0);
  FLU_CHECK(!sample.data.empty());
  FLU_CHECK(sample.data.size() <= 2 * flu::codec::kMaxAccessUnit);
  FLU_CHECK(!flu::codec::codec_string(track).empty());
  if (track.codec == CodecId::kMpeg2Video) return;
  flu::Pieces out;
  FLU_CHECK(flu::codec::append_annexb(track, sample.data, sample.is_key(), out));
  FLU_CHECK(out.size() > sample.data.size());
}

std::vector<Sample> frame(CodecId codec, Bytes stream, std::size_t piece) {
  const auto framer = flu::codec::make_framer(codec);
  std::vector<Sample> out;
  const auto collect = [&] {
    while (auto sample = framer->next()) {
      FLU_CHECK(framer->format());
      check(*sample, *framer->format());
      out.push_back({*std::move(sample), framer->format_revision()});
    }
  };
  const std::size_t packet = stream.size() / 3 + 1;
  for (std::size_t begin = 0; begin < stream.size(); begin += packet) {
    const Bytes payload = stream.subspan(begin, std::min(packet, stream.size() - begin));
    flu::codec::EsTimes times;
    times.dts = flu::media::Timestamp{static_cast<std::int64_t>(begin) * 90};
    times.pts = *times.dts + flu::media::Ticks{3600};
    for (std::size_t at = 0; at < payload.size(); at += piece) {
      framer->feed(payload.subspan(at, std::min(piece, payload.size() - at)),
                   at == 0 ? times : flu::codec::EsTimes{});
      collect();
    }
  }
  framer->flush();
  collect();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const CodecId codec = kCodecs[data[0] % kCodecs.size()];
  const std::size_t piece = 1 + data[1] % 64U;
  const Bytes stream(data + 2, size - 2);
  const std::vector<Sample> whole = frame(codec, stream, stream.size());
  const std::vector<Sample> pieces = frame(codec, stream, piece);
  FLU_CHECK(whole.size() == pieces.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    FLU_CHECK(whole[i].revision == pieces[i].revision);
    FLU_CHECK(whole[i].sample.dts == pieces[i].sample.dts);
    FLU_CHECK(whole[i].sample.cts == pieces[i].sample.cts);
    FLU_CHECK(whole[i].sample.duration == pieces[i].sample.duration);
    FLU_CHECK(whole[i].sample.sap == pieces[i].sample.sap);
    FLU_CHECK(whole[i].sample.data == pieces[i].sample.data);
  }
  return 0;
}
