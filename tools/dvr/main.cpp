#include "libcommon/service/tool.h"
#include "tools/dvr/dvr.h"
#include "tools/dvr/options.h"

int main(int argc, char** argv) {
  flu::dvr::Options options;
  flu::service::Tool tool("flu-dvr", "Record streams, and work with what is recorded");
  flu::dvr::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::dvr::run(options, tool.common()); });
}
