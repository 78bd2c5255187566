#pragma once

#include <functional>
#include <list>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "libcommon/base/unique_fd.h"
#include "libcommon/segment/index_record.h"

namespace flu::hub {

// win.sock: tells who listens of each segment, part and the end, an index record a message. One
// that does not take its news is closed: the window says the same, and it can connect again.
class News {
 public:
  explicit News(boost::asio::io_context& loop);

  // `current`: the parts of the growing segment, which a newcomer is told first.
  void listen(UniqueFd socket, std::function<std::vector<segment::IndexRecord>()> current);
  void tell(const segment::IndexRecord& record);
  void close_all();

  [[nodiscard]] std::size_t count() const { return clients_.size(); }

 private:
  using Client = boost::asio::posix::stream_descriptor;
  using ClientPtr = std::shared_ptr<Client>;

  void accept();
  void watch_input(const ClientPtr& client);
  void close(const ClientPtr& client);
  static bool send(Client& client, const segment::IndexRecord& record);

  boost::asio::io_context* loop_;
  boost::asio::posix::stream_descriptor listener_;
  std::function<std::vector<segment::IndexRecord>()> current_;
  std::list<ClientPtr> clients_;
};

}  // namespace flu::hub
