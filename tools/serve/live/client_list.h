#pragma once

#include <algorithm>
#include <vector>

namespace flu::serve {

// The clients that an output sends to; each belongs to its connection, and leaves when that ends,
// also in the middle of a round over all of them.
template <typename Client>
class ClientList {
 public:
  [[nodiscard]] bool empty() const { return clients_.empty(); }

  void add(Client* client) { clients_.push_back(client); }

  void remove(Client* client) {
    const auto place = std::find(clients_.begin(), clients_.end(), client);
    if (place == clients_.end()) return;
    if (is_in_round_) {
      *place = nullptr;
    } else {
      *place = clients_.back();
      clients_.pop_back();
    }
  }

  // Of those that are there now. `action` may remove any of them, and begins no other round.
  template <typename Action>
  void for_each(Action action) {
    is_in_round_ = true;
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      if (clients_[i] != nullptr) action(*clients_[i]);
    }
    is_in_round_ = false;
    std::erase(clients_, nullptr);
  }

 private:
  std::vector<Client*> clients_;
  bool is_in_round_ = false;
};

}  // namespace flu::serve
