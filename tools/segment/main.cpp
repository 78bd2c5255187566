#include "libcommon/service/tool.h"
#include "tools/segment/hub.h"
#include "tools/segment/options.h"

int main(int argc, char** argv) {
  flu::hub::Options options;
  flu::service::Tool tool("flu-segment", "Cut a stream into segments and keep its live window");
  flu::hub::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::hub::run(options, tool.common()); });
}
