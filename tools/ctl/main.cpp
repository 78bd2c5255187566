#include "libcommon/service/tool.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/options.h"

int main(int argc, char** argv) {
  flu::ctl::Options options;
  flu::service::Tool tool("flu-ctl", "Ask and command the running server");
  flu::ctl::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::ctl::run(options, tool.common()); });
}
