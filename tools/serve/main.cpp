#include "libcommon/service/tool.h"
#include "tools/serve/options.h"
#include "tools/serve/serve.h"

int main(int argc, char** argv) {
  flu::serve::Options options;
  flu::service::Tool tool("flu-serve", "Serve live streams to players over HTTP");
  flu::serve::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::serve::run(options, tool.common()); });
}
