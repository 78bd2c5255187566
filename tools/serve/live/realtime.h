#pragma once

#include <functional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "tools/serve/live/chunk_outputs.h"
#include "tools/serve/live/stream_feed.h"
#include "tools/serve/mse/mse_output.h"

namespace flu::serve {

// All that is sent of a stream frame by frame.
struct Realtime {
  // `changed`: clients that wait may be able to start.
  Realtime(boost::asio::io_context& loop, const std::string& name, std::string socket_path,
           const std::function<void()>& changed)
      : feed(loop, name, std::move(socket_path)), endless(feed, name, changed), mse(feed) {}

  StreamFeed feed;
  ChunkOutputs endless;
  MseOutput mse;
};

}  // namespace flu::serve
