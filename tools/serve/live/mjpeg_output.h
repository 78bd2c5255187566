#pragma once

#include <memory>

#include "tools/serve/http/connection.h"
#include "tools/serve/live/client_list.h"
#include "tools/serve/live/thumbnail.h"

namespace flu::serve {

// One stream's pictures without end, for every client of this worker: multipart/x-mixed-replace,
// each picture in place of the one before. A slow client is sent the newest when it is done with
// the last: nothing waits for it.
class MjpegOutput {
 public:
  MjpegOutput() = default;
  ~MjpegOutput();
  MjpegOutput(const MjpegOutput&) = delete;
  MjpegOutput& operator=(const MjpegOutput&) = delete;

  // A picture, the same as before or another. Null: there is none now; clients wait.
  void show(const Thumbnail::Picture& picture);
  void end();  // the stream is gone: clients are done when they have sent all
  void add_client(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] bool has_clients() const { return !clients_.empty(); }

 private:
  class Client;

  struct Part {  // a picture with the lines around it
    Thumbnail::Picture picture;
    std::string head;
  };

  void wake_clients();
  void remove(Client* client);

  std::shared_ptr<const Part> newest_;
  ClientList<Client> clients_;
  bool has_ended_ = false;
};

}  // namespace flu::serve
