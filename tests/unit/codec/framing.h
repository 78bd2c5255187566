#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "libcommon/codec/framer.h"

namespace flu::codec {

// One PES packet as a framer is given it.
struct Pes {
  Buffer payload;
  std::optional<std::int64_t> pts;
  std::optional<std::int64_t> dts;
};

// What a framer gave, one entry a sample.
struct Framed {
  std::int64_t dts = 0;
  std::int64_t pts = 0;
  std::int64_t duration = 0;
  media::Sap sap = media::Sap::kNone;
  std::uint32_t revision = 0;
  Buffer data;

  bool operator==(const Framed&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Framed& framed) {
  return out << "{dts " << framed.dts << ", pts " << framed.pts << ", for " << framed.duration
             << ", sap " << static_cast<int>(framed.sap) << ", revision " << framed.revision << ", "
             << framed.data.size() << " bytes}";
}

inline EsTimes times_of(const Pes& pes) {
  EsTimes times;
  if (pes.pts) times.pts = media::Timestamp{*pes.pts};
  if (pes.dts) times.dts = media::Timestamp{*pes.dts};
  return times;
}

inline std::vector<Framed> take(Framer& framer) {
  std::vector<Framed> out;
  while (auto sample = framer.next()) {
    out.push_back({sample->dts.count(), sample->pts().count(), sample->duration.count(),
                   sample->sap, framer.format_revision(), std::move(sample->data)});
  }
  return out;
}

// Every PES packet in pieces of `piece` bytes; 0: whole.
inline std::vector<Framed> frame(Framer& framer, const std::vector<Pes>& stream,
                                 std::size_t piece = 0) {
  std::vector<Framed> out;
  const auto collect = [&] {
    for (Framed& framed : take(framer)) out.push_back(std::move(framed));
  };
  for (const Pes& pes : stream) {
    const Bytes payload(pes.payload);
    const std::size_t step = piece == 0 ? std::max<std::size_t>(payload.size(), 1) : piece;
    for (std::size_t at = 0; at < payload.size(); at += step) {
      framer.feed(payload.subspan(at, std::min(step, payload.size() - at)),
                  at == 0 ? times_of(pes) : EsTimes{});
      collect();
    }
  }
  framer.flush();
  collect();
  return out;
}

inline std::vector<Framed> frame(media::CodecId codec, const std::vector<Pes>& stream,
                                 std::size_t piece = 0) {
  return frame(*make_framer(codec), stream, piece);
}

}  // namespace flu::codec
