// usage: ts_mux FOLDER [SECONDS]: what the first request of an HLS segment costs: the newest
// segment of the live window in FOLDER (RUN_DIR/live/NAME) is mapped and made MPEG-TS of, over and
// over, beside copying what came out. Prints one line of JSON: Gbit/s of TS.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "libcommon/io/mapped_file.h"
#include "libcommon/store/window_reader.h"
#include "tools/serve/live/ts_segment.h"

namespace {

using flu::Buffer;
using Clock = std::chrono::steady_clock;

template <typename T>
T must(flu::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

// The most bytes a second of any of the tenths of `seconds`: the others were disturbed.
template <typename Work>
double best_gbits(double seconds, const Work& work) {
  constexpr int kParts = 10;
  double best = 0;
  for (int i = 0; i < kParts; ++i) {
    const auto begin = Clock::now();
    double passed = 0;
    double bytes = 0;
    do {
      bytes += static_cast<double>(work());
      passed = std::chrono::duration<double>(Clock::now() - begin).count();
    } while (passed < seconds / kParts);
    best = std::max(best, bytes * 8 / passed / 1e9);
  }
  return best;
}

void run(const std::string& folder, double seconds) {
  auto reader = must(flu::store::WindowReader::open(folder));
  const auto* const window = must(reader.refresh());
  if (window->segments.empty()) throw std::runtime_error(folder + ": no segment yet");
  const auto& record = window->segments.back();
  const auto tracks = must(reader.tracks(record));
  const auto file = must(reader.open_segment(record));
  const auto map = [&] { return must(flu::io::MappedFile::map(file.get(), record.size, folder)); };
  const auto stored = map();
  const auto made = must(flu::serve::make_ts_segment(stored.bytes(), tracks));
  const auto size = made.body.bytes.size();
  Buffer copy(size);
  const double mux = best_gbits(seconds, [&] {
    return must(flu::serve::make_ts_segment(stored.bytes(), tracks)).body.bytes.size();
  });
  const double first = best_gbits(seconds, [&] {
    const auto fresh = map();
    return must(flu::serve::make_ts_segment(fresh.bytes(), tracks)).body.bytes.size();
  });
  const double copied = best_gbits(seconds, [&] {
    std::memcpy(copy.data(), made.body.bytes.data(), size);
    return size;
  });
  fmt::print("{{\"bytes\":{},\"mux\":{:.1f},\"map_and_mux\":{:.1f},\"memcpy\":{:.1f}}}\n", size,
             mux, first, copied);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 3) throw std::runtime_error("usage: FOLDER [SECONDS]");
  run(argv[1], argc == 3 ? std::stod(argv[2]) : 2);
  return 0;
} catch (const std::exception& error) {
  fmt::print(stderr, "ts_mux: {}\n", error.what());
  return 1;
}
