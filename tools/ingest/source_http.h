#pragma once

#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "libcommon/wire/http/response_reader.h"
#include "libcommon/wire/http/url.h"
#include "tools/ingest/connection.h"
#include "tools/ingest/source.h"
#include "tools/ingest/stream_input.h"

namespace flu::ingest {

// MPEG-TS as the body of one HTTP answer: tshttp:// and tshttps://.
class HttpSource final : public Source {
 public:
  HttpSource(boost::asio::io_context& loop, const SourceUrl& url);

  Result<> start(Handlers handlers) override;
  [[nodiscard]] media::Pacing pacing() const override { return media::Pacing::kLive; }
  [[nodiscard]] SourceCounters counters() const override { return input_.counters(); }

 private:
  void connect();
  void on_open();
  void on_bytes(Bytes bytes);
  bool on_head();
  bool sniff(Bytes body);
  void on_end(const Result<>& result);
  void stop(const Result<>& result);

  boost::asio::io_context& loop_;
  SourceUrl url_;
  wire::HttpUrl place_;  // after redirects
  unsigned redirects_ = 0;
  Handlers handlers_;
  StreamInput input_;
  wire::HttpResponseReader reader_;
  std::string first_;  // of the body, until it is told what it is
  bool is_known_ = false;
  bool is_ended_ = false;  // the body is, and still plays
  bool is_stopped_ = false;
  boost::asio::steady_timer timer_;  // for the answer
  std::unique_ptr<Connection> connection_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flu::ingest
