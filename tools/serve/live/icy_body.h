#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "libcommon/base/bytes.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/live/station.h"

namespace flu::serve {

// Bytes of sound between two blocks of metadata, as most stations have it.
inline constexpr std::size_t kIcyInterval = 16'000;

// One block: how many times 16 bytes follow, and these: StreamTitle='…';
Buffer icy_block(std::string_view title);

// The lines of a head that say what station this is; with `has_metadata`, that blocks come.
std::string icy_head(const Station& station, bool has_metadata);

// Sound with metadata in it, for a client that asked for that (Icy-MetaData: 1): after each
// kIcyInterval bytes a block, an empty one where the title is the same as before.
class IcyBody final : public EndlessBody {
 public:
  IcyBody(std::unique_ptr<EndlessBody> sound, std::shared_ptr<const Station> station)
      : sound_(std::move(sound)), station_(std::move(station)) {}

  std::size_t next_pieces(std::span<iovec> pieces) override;
  void sent(std::size_t bytes) override;
  [[nodiscard]] bool is_over() const override { return sound_->is_over(); }
  bool finish() override { return sound_->finish(); }

 private:
  std::unique_ptr<EndlessBody> sound_;
  std::shared_ptr<const Station> station_;
  std::size_t to_block_ = kIcyInterval;  // bytes of sound
  Buffer block_;                         // that is being sent
  std::size_t block_sent_ = 0;
  std::optional<unsigned> told_;  // the station's changes then
};

// The sound that `body` is, as SHOUTcast has it.
void respond_radio(Connection& connection, const std::shared_ptr<const Station>& station,
                   std::string_view content_type, std::unique_ptr<EndlessBody> body);

}  // namespace flu::serve
