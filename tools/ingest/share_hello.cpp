#include "tools/ingest/share_hello.h"

#include <fmt/format.h>

#include "libcommon/base/text.h"

namespace flu::ingest {
namespace {

constexpr std::string_view kStart = "flu-mux 1 program=";
constexpr std::uint64_t kMaxProgram = 65'535;  // ISO 13818-1 2.4.4.8: 16 bits

}  // namespace

std::string write_share_hello(const ShareHello& hello) {
  return fmt::format("{}{}\n", kStart, hello.program);
}

Result<std::optional<ShareHello>> parse_share_hello(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  const auto end = text.find('\n');
  if (end == std::string_view::npos && text.size() < kMaxShareHello) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  if (line.substr(0, kStart.size()) == kStart) {
    const auto program = parse_unsigned(line.substr(kStart.size()));
    if (program && *program <= kMaxProgram) {
      return ShareHello{static_cast<std::uint16_t>(*program)};
    }
  }
  return fail(ErrorCode::kMalformed, fmt::format("expected '{}NUMBER', found '{}'", kStart,
                                                 printable(line.substr(0, kMaxShareHello))));
}

}  // namespace flu::ingest
