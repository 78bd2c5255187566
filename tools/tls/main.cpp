#include "libcommon/service/tool.h"
#include "tools/tls/options.h"
#include "tools/tls/tls.h"

int main(int argc, char** argv) {
  flu::tls::Options options;
  flu::service::Tool tool("flu-tls", "Connect standard input and output to a TLS server");
  flu::tls::define_options(tool.cli(), options);
  return tool.run(argc, argv, [&] { return flu::tls::run(options, tool.common()); });
}
