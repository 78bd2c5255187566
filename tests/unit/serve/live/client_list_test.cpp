#include "tools/serve/live/client_list.h"

#include <array>

#include <gtest/gtest.h>

namespace flu::serve {
namespace {

struct Counted {
  int visits = 0;
};

TEST(ClientList, WhoLeavesInARoundIsNotVisited) {
  std::array<Counted, 4> clients;
  ClientList<Counted> list;
  for (Counted& client : clients) list.add(&client);
  list.for_each([&](Counted& client) {
    ++client.visits;
    if (&client == clients.data() + 1) {
      list.remove(&clients[0]);  // was visited
      list.remove(&clients[1]);  // itself
      list.remove(&clients[2]);  // is next
    }
  });
  EXPECT_EQ(clients[0].visits, 1);
  EXPECT_EQ(clients[1].visits, 1);
  EXPECT_EQ(clients[2].visits, 0);
  EXPECT_EQ(clients[3].visits, 1);
  list.for_each([](Counted& client) { ++client.visits; });
  EXPECT_EQ(clients[0].visits, 1);
  EXPECT_EQ(clients[3].visits, 2);
  list.remove(&clients[3]);
  EXPECT_TRUE(list.empty());
  list.remove(&clients[3]);
}

}  // namespace
}  // namespace flu::serve
