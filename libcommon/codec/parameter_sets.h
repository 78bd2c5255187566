#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "libcommon/base/byte_writer.h"
#include "libcommon/base/bytes.h"
#include "libcommon/codec/limits.h"

namespace flu::codec {

// A unit behind its length, as it stands in a sample.
inline void append_with_length(Buffer& out, Bytes nal) {
  ByteWriter writer(out);
  writer.u32(static_cast<std::uint32_t>(nal.size()));
  writer.bytes(nal);
}

// The ids of the parameter sets that came with a picture.
struct ParameterSetIds {
  std::set<std::uint32_t> sps;
  std::set<std::uint32_t> pps;
};

// The sequence and picture parameter sets in force, by id: of H.264 and, beside its video
// parameter sets, of HEVC. Both values have an `id`, that of a PPS also `sps_id`.
template <typename SpsValue, typename PpsValue>
struct ParameterSets {
  struct Sps {
    Buffer nal;
    SpsValue value;
  };
  struct Pps {
    Buffer nal;
    PpsValue value;
  };
  std::map<std::uint32_t, Sps> sps;
  std::map<std::uint32_t, Pps> pps;

  [[nodiscard]] const PpsValue* find_pps(std::uint32_t id) const {
    const auto found = pps.find(id);
    return found == pps.end() ? nullptr : &found->second.value;
  }

  [[nodiscard]] const SpsValue* find_sps_of_pps(std::uint32_t id) const {
    const PpsValue* const of = find_pps(id);
    if (of == nullptr) return nullptr;
    const auto found = sps.find(of->sps_id);
    return found == sps.end() ? nullptr : &found->second.value;
  }

  // `in_band`: what came with the picture so far; the set joins it.
  void keep_sps(Bytes nal, const SpsValue& value, ParameterSetIds& in_band) {
    in_band.sps.insert(value.id);
    if (const auto known = sps.find(value.id); known != sps.end()) {
      if (std::ranges::equal(nal, known->second.nal)) return;
      // Another stream begins: picture parameter sets of the old one must not be told of as its
      // own.
      std::erase_if(pps, [&](const auto& set) {
        return set.second.value.sps_id == value.id && !in_band.pps.contains(set.first);
      });
    }
    sps.insert_or_assign(value.id, Sps{Buffer(nal.begin(), nal.end()), value});
  }

  void keep_pps(Bytes nal, const PpsValue& value, ParameterSetIds& in_band) {
    in_band.pps.insert(value.id);
    const auto known = pps.find(value.id);
    if (known != pps.end() && std::ranges::equal(nal, known->second.nal)) return;
    if (pps_bytes() + nal.size() > kMaxPictureParameterSets) {
      std::erase_if(pps, [&](const auto& set) { return !in_band.pps.contains(set.first); });
      if (pps_bytes() + nal.size() > kMaxPictureParameterSets) return;
    }
    pps.insert_or_assign(value.id, Pps{Buffer(nal.begin(), nal.end()), value});
  }

  // The SPS and all the PPS that refer to it, but for those that came with the picture.
  void append_missing(std::uint32_t sps_id, const ParameterSetIds& in_band, Buffer& out) const {
    if (!in_band.sps.contains(sps_id)) append_with_length(out, sps.at(sps_id).nal);
    for (const auto& [id, set] : pps) {
      if (set.value.sps_id == sps_id && !in_band.pps.contains(id)) append_with_length(out, set.nal);
    }
  }

 private:
  [[nodiscard]] std::size_t pps_bytes() const {
    std::size_t sum = 0;
    for (const auto& [id, set] : pps) sum += set.nal.size();
    return sum;
  }
};

}  // namespace flu::codec
