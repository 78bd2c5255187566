#pragma once

#include <memory>
#include <string>

#include "libcommon/wire/http/response_reader.h"
#include "libcommon/wire/http/url.h"
#include "tools/ingest/connection.h"
#include "tools/ingest/stream_source.h"

namespace flu::ingest {

// MPEG-TS as the body of one HTTP answer: tshttp:// and tshttps://.
class HttpSource final : public StreamSource {
 public:
  HttpSource(boost::asio::io_context& loop, const SourceUrl& url);

 private:
  void connect() override;
  void on_open();
  void on_bytes(Bytes bytes);
  bool on_head();
  bool sniff(Bytes body);
  void on_end(const Result<>& result);
  void stop(const Result<>& result);

  wire::HttpUrl place_;  // after redirects
  unsigned redirects_ = 0;
  wire::HttpResponseReader reader_;
  std::string first_;  // of the body, until it is told what it is
  bool is_known_ = false;
  bool is_ended_ = false;  // the body is, and still plays
  bool is_stopped_ = false;
  std::unique_ptr<Connection> connection_;
};

}  // namespace flu::ingest
