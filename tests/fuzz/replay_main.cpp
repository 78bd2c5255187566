// Replays a corpus through a fuzz target where libFuzzer is not at hand: every file as it is, cut
// short at many lengths, and with single bytes changed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

void run(const Input& input) {
  LLVMFuzzerTestOneInput(input.data(), input.size());
}

void run_variants(const Input& input) {
  run(input);
  const std::size_t step = std::max<std::size_t>(1, input.size() / 64);
  for (std::size_t at = 0; at < input.size(); at += step) {
    run(Input(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(at)));
    for (const std::uint8_t value : std::initializer_list<std::uint8_t>{0x00, 0x7F, 0xFF}) {
      Input changed = input;
      changed[at] = value;
      run(changed);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      run_variants(Input(std::istreambuf_iterator<char>(file), {}));
      ++files;
    }
  }
  std::printf("replayed %zu files\n", files);
  return files > 0 ? 0 : 1;
}
