// Tested by tests/e2e/ingest/share-ffmpeg.sh

#include "tools/ingest/share.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>

#include "libcommon/io/file.h"
#include "libcommon/io/unix_socket.h"
#include "libcommon/service/process.h"
#include "libcommon/service/status.h"
#include "tools/ingest/share_server.h"

namespace flu::ingest {

std::string share_socket(const service::RunDir& run_dir, const io::UdpAddress& address) {
  // "239.0.0.1:1234 on 10.0.0.5"
  std::string name = address.to_text();
  std::replace(name.begin(), name.end(), ':', '_');
  if (const auto on = name.find(" on "); on != std::string::npos) name.replace(on, 4, "_");
  return run_dir.mux() + "/" + name + ".sock";
}

Result<> share(const SourceUrl& url, const service::CommonOptions& common) {
  FLU_TRY_ASSIGN(const service::RunDir run_dir, service::open_run_dir(common));
  FLU_TRY(io::make_directories(run_dir.mux()));
  FLU_TRY_ASSIGN(UniqueFd listener,
                 io::listen_unix(share_socket(run_dir, url.udp), io::UnixType::kStream));

  boost::asio::io_context loop(1);
  ShareServer server(loop, url, std::move(listener));
  service::StatusReporter status(loop, common, [&server] { return server.counters(); });
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](auto failed, int) {
    if (failed) return;
    service::block_stop_signals();
    status.exiting(0, "");
    loop.stop();
  });
  FLU_TRY(server.start());
  status.ready();
  loop.run();
  return {};
}

}  // namespace flu::ingest
