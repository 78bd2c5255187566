#include "libcommon/service/tool.h"
#include "tools/supervisor/options.h"
#include "tools/supervisor/supervisor.h"

int main(int argc, char** argv) {
  flu::supervisor::Options options;
  flu::service::Tool tool("flu-supervisor", "Keep the processes running that the config asks for");
  flu::supervisor::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::supervisor::run(options, tool.common()); });
}
