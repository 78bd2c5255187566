// Tested by tests/e2e/demux/tls-openssl.sh
#include "libcommon/av/tls_policy.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

extern "C" {
#include <libavformat/avio.h>
#include <libavutil/opt.h>
}

namespace flu::av {
namespace {

// The pages that hold an option, open for writing as long as this lives: the table is constant.
class Writable {
 public:
  explicit Writable(const AVOption& option) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto address = reinterpret_cast<std::uintptr_t>(&option);  // NOLINT: mprotect takes pages
    const std::uintptr_t first = address / page * page;
    start_ = reinterpret_cast<void*>(first);  // NOLINT: as above
    size_ = (address + sizeof option - first + page - 1) / page * page;
    is_open_ = ::mprotect(start_, size_, PROT_READ | PROT_WRITE) == 0;
  }
  ~Writable() {
    if (is_open_) (void)::mprotect(start_, size_, PROT_READ);
  }
  Writable(const Writable&) = delete;
  Writable& operator=(const Writable&) = delete;

  [[nodiscard]] bool is_open() const { return is_open_; }

 private:
  void* start_ = nullptr;
  std::size_t size_ = 0;
  bool is_open_ = false;
};

template <typename Change>
Result<> change_default(const AVOption& option, const Change& change) {
  const Writable writable(option);
  if (!writable.is_open()) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("TLS: libavformat's default of {} cannot be changed: {}", option.name,
                            std::strerror(errno)));
  }
  change(const_cast<AVOption&>(option).default_val);
  return {};
}

}  // namespace

Result<> verify_tls(const std::string& ca_file) {
  static std::string file;  // libav copies it at each connection
  file = ca_file;
  const AVClass* const tls = avio_protocol_get_class("tls");
  bool is_found = false;
  for (const AVOption* option = tls == nullptr ? nullptr : tls->option;
       option != nullptr && option->name != nullptr; ++option) {
    const std::string_view name = option->name;
    if (name == "tls_verify" && option->type == AV_OPT_TYPE_INT) {
      FLU_TRY(change_default(*option, [](auto& value) { value.i64 = 1; }));
      is_found = true;
    } else if ((name == "ca_file" || name == "cafile") && !file.empty()) {
      // Two names of one field; the last decides.
      FLU_TRY(change_default(*option, [](auto& value) { value.str = file.c_str(); }));
    }
  }
  if (is_found) return {};
  return fail(ErrorCode::kUnsupported, "TLS: this build of FFmpeg cannot check certificates");
}

}  // namespace flu::av
