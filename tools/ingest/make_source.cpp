// Tested by tests/e2e/ingest/file-ffprobe.sh

#include "tools/ingest/source.h"
#include "tools/ingest/source_fake.h"
#include "tools/ingest/source_file.h"
#include "tools/ingest/source_udp.h"

namespace flu::ingest {

std::unique_ptr<Source> make_source(boost::asio::io_context& loop, const SourceUrl& url,
                                    const SourceSettings& settings) {
  switch (url.scheme) {
    case Scheme::kFake: return std::make_unique<FakeSource>(loop);
    case Scheme::kUdp: return std::make_unique<UdpSource>(loop, url);
    case Scheme::kFile:
    case Scheme::kStdin: return std::make_unique<FileSource>(loop, url, settings);
  }
  return nullptr;
}

}  // namespace flu::ingest
