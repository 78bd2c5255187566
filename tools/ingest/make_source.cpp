// Tested by tests/e2e/ingest/file-ffprobe.sh

#include "tools/ingest/file_kind.h"
#include "tools/ingest/share.h"
#include "tools/ingest/source.h"
#include "tools/ingest/source_demux.h"
#include "tools/ingest/source_fake.h"
#include "tools/ingest/source_file.h"
#include "tools/ingest/source_http.h"
#include "tools/ingest/source_tcp.h"
#include "tools/ingest/source_udp.h"

namespace flu::ingest {

std::unique_ptr<Source> make_source(boost::asio::io_context& loop, const SourceUrl& url,
                                    const SourceSettings& settings) {
  switch (url.scheme) {
    case Scheme::kFake: return std::make_unique<FakeSource>(loop);
    case Scheme::kUdp:
      return std::make_unique<UdpSource>(
          loop, url,
          settings.run_dir.empty() ? "" : share_socket(service::RunDir(settings.run_dir), url.udp));
    case Scheme::kTcp: return std::make_unique<TcpSource>(loop, url);
    case Scheme::kHttp: return std::make_unique<HttpSource>(loop, url);
    case Scheme::kDemux: return std::make_unique<DemuxSource>(loop, url, settings);
    case Scheme::kFile:
      if (probe_file(url) == FileKind::kForeign) {
        return std::make_unique<DemuxSource>(loop, url, settings);
      }
      return std::make_unique<FileSource>(loop, url, settings);
    case Scheme::kStdin: return std::make_unique<FileSource>(loop, url, settings);
  }
  return nullptr;
}

}  // namespace flu::ingest
