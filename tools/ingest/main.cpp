#include "libcommon/service/tool.h"
#include "tools/ingest/ingest.h"
#include "tools/ingest/options.h"

int main(int argc, char** argv) {
  flu::ingest::Options options;
  flu::service::Tool tool("flu-ingest", "Read a live source or a file and write a flu stream");
  flu::ingest::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::ingest::run(options, tool.common()); });
}
