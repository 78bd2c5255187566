#include "tools/segment/news.h"

#include <utility>

#include "libcommon/base/log.h"
#include "libcommon/io/unix_socket.h"
#include "tools/segment/limits.h"

namespace flu::hub {

using boost::asio::posix::stream_descriptor;

News::News(boost::asio::io_context& loop) : loop_(&loop), listener_(loop) {}

void News::listen(UniqueFd socket, std::function<std::vector<segment::IndexRecord>()> current) {
  listener_.assign(socket.release());
  current_ = std::move(current);
  accept();
}

void News::accept() {
  listener_.async_wait(
      stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
        if (error) return;
        while (true) {
          auto connection = io::accept_unix(listener_.native_handle());
          if (!connection) log_alert("win.sock: {}", connection.error().message);
          if (!connection || !*connection) break;
          if (clients_.size() >= kMaxReaders) {
            log_alert("win.sock: a reader is refused, {} are connected", clients_.size());
            continue;
          }
          auto client = std::make_shared<Client>(*loop_);
          client->assign((*connection)->release());
          clients_.push_back(client);
          watch_input(client);
          for (const auto& part : current_()) send(*client, part);
        }
        accept();
      });
}

// Nobody has anything to say here; this is how an end is seen.
void News::watch_input(const ClientPtr& client) {
  client->async_wait(stream_descriptor::wait_read,
                     [this, client](const boost::system::error_code& error) {
                       if (error || !client->is_open()) return;
                       const auto message = io::receive_message(client->native_handle());
                       if (message) {
                         watch_input(client);
                       } else {
                         close(client);
                       }
                     });
}

bool News::send(Client& client, const segment::IndexRecord& record) {
  const auto sent = io::send_message(client.native_handle(), segment::write_record(record));
  return sent && *sent;
}

void News::tell(const segment::IndexRecord& record) {
  for (const ClientPtr& client : std::list<ClientPtr>(clients_)) {
    if (!send(*client, record)) close(client);
  }
}

void News::close(const ClientPtr& client) {
  boost::system::error_code ignored;
  client->close(ignored);
  clients_.remove(client);
}

void News::close_all() {
  boost::system::error_code ignored;
  listener_.close(ignored);
  for (const ClientPtr& client : std::list<ClientPtr>(clients_)) close(client);
}

}  // namespace flu::hub
