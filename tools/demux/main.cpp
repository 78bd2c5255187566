#include "libcommon/service/tool.h"
#include "tools/demux/demux.h"
#include "tools/demux/options.h"

int main(int argc, char** argv) {
  flu::demux::Options options;
  flu::service::Tool tool("flu-demux", "Read a foreign protocol or file as a flu stream");
  flu::demux::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::demux::run(options, tool.common()); });
}
