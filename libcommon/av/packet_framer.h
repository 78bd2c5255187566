#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "libcommon/av/packet.h"
#include "libcommon/base/bytes.h"
#include "libcommon/base/result.h"
#include "libcommon/codec/framer.h"
#include "libcommon/media/sample.h"
#include "libcommon/media/track.h"

namespace flu::av {

struct Access {
  Bytes data;
  codec::EsTimes times;
  media::Ticks duration{0};  // 0: unknown
  bool is_key = false;
  std::string_view cue_settings;  // of WebVTT
};

// The packets of one stream as samples, with the configuration that the media itself tells: the
// container's word is taken only where there is no other. As codec::Framer otherwise; cts may be
// negative, since a container may have such times.
class PacketFramer {
 public:
  virtual ~PacketFramer() = default;

  virtual void feed(const Access& access) = 0;
  virtual void set_config(Bytes config) = 0;  // changed from the next packet on
  virtual void flush() = 0;
  virtual void advance(media::Timestamp) {}  // sound and picture have come so far
  virtual std::optional<media::Sample> next() = 0;
  [[nodiscard]] virtual const std::optional<media::Track>& format() const = 0;
  [[nodiscard]] virtual std::uint32_t format_revision() const = 0;
  [[nodiscard]] virtual std::uint64_t bad_packets() const = 0;
};

// kUnsupported, kMalformed: why the stream cannot be carried.
Result<std::unique_ptr<PacketFramer>> make_packet_framer(const StreamInfo& info);

}  // namespace flu::av
