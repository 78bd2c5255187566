#include "libcommon/service/tool.h"
#include "tools/auth/auth.h"

int main(int argc, char** argv) {
  flu::service::Tool tool("flu-auth", "Keep the sessions of who watches");
  return tool.run(argc, argv, [&] { return flu::auth::run(tool.common()); });
}
