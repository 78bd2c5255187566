// What is posted to config/stream_create: refused with reasons, or put into a file that loads then,
// and from which it can be taken out again.
#include <cstdint>
#include <string>
#include <string_view>

#include "libcommon/base/bytes.h"
#include "libcommon/base/check.h"
#include "libcommon/config/edit.h"
#include "libcommon/config/server_config.h"

namespace {

using namespace flu::config;

constexpr std::string_view kFile =
    "# head\nhttp 8080;  # players\nstream kept { url fake://fake; } # tail\n# end\n";

void edit(std::string_view posted) {
  Diagnostics diagnostics;
  const Document streams = parse_streams(posted, diagnostics);
  if (diagnostics.has_errors()) return;
  LoadedConfig file = load_config(kFile);
  put_streams(file.document, streams);
  const auto text = write_document(file.document);
  FLU_CHECK(text.has_value());
  LoadedConfig after = load_config(*text);
  FLU_CHECK(!after.diagnostics.has_errors());
  FLU_CHECK(text->starts_with("# head\nhttp 8080;  # players\n"));
  for (const std::string& name : stream_names(streams)) {
    FLU_CHECK(remove_stream(after.document, name));
    FLU_CHECK(!remove_stream(after.document, name));
  }
  const auto rest = write_document(after.document);
  FLU_CHECK(rest.has_value());
  FLU_CHECK(!load_config(*rest).diagnostics.has_errors());
  FLU_CHECK(rest->find("# end") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  edit(flu::as_text({data, size}));
  return 0;
}
