#include "libcommon/service/tool.h"
#include "tools/thumb/options.h"
#include "tools/thumb/thumb.h"

int main(int argc, char** argv) {
  flu::thumb::Options options;
  flu::service::Tool tool("flu-thumb", "Make JPEG pictures of live streams");
  flu::thumb::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::thumb::run(options, tool.common()); });
}
