#include "tools/serve/pages/https_redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flu::serve {
namespace {

Request page_at(const std::string& host, const std::string& target) {
  Request request;
  request.host = host;
  request.target = target;
  request.wants_page = true;
  return request;
}

TEST(HttpsRedirect, KeepsHostPathAndQuery) {
  EXPECT_EQ(secure_address(page_at("tv.example:8080", "/a/cam/embed.html?token=x&b=%20"), 8443),
            "https://tv.example:8443/a/cam/embed.html?token=x&b=%20");
  EXPECT_EQ(secure_address(page_at("tv.example", "/"), 443), "https://tv.example/");
  EXPECT_EQ(secure_address(page_at("[2001:db8::1]:80", "/"), 443), "https://[2001:db8::1]/");
  EXPECT_EQ(secure_address(page_at("[2001:db8::1]", "//x"), 444), "https://[2001:db8::1]:444//x");
}

TEST(HttpsRedirect, NothingOfTheRequestBreaksTheHeader) {
  const std::string where = secure_address(page_at("h", "/a\r\nSet-Cookie: x\xff\"<>?q=\\"), 443);
  EXPECT_EQ(where, "https://h/a%0D%0ASet-Cookie:%20x%FF%22%3C%3E?q=%5C");
  for (const char* host :
       {"", "h\r\nx", "user@h", "h/evil", "h:0", "h:port", "[::1", "a b", "h?"}) {
    EXPECT_EQ(secure_address(page_at(host, "/"), 443), "") << host;
  }
}

TEST(HttpsRedirect, OnlyForBrowsersThemselves) {
  Request player = page_at("h", "/");
  player.wants_page = false;
  EXPECT_EQ(secure_address(player, 443), "");
  Request proxy = page_at("h", "/");
  proxy.is_forwarded = true;
  EXPECT_EQ(secure_address(proxy, 443), "");
  Request post = page_at("h", "/");
  post.method = Method::kPost;
  EXPECT_EQ(secure_address(post, 443), "");
  EXPECT_EQ(secure_address(page_at("h", "http://other/"), 443), "");
  EXPECT_EQ(secure_address(page_at("h", "*"), 443), "");
}

TEST(HttpsRedirect, APortOfTheSameAddress) {
  const auto local = [](const char* text) { return boost::asio::ip::make_address(text); };
  const std::vector<service::Listening> ports{{"https", "10.0.0.1", 1}, {"https", "0.0.0.0", 2}};
  EXPECT_EQ(port_beside(ports, local("10.0.0.1")), 1);
  EXPECT_EQ(port_beside(ports, local("10.0.0.2")), 2);
  EXPECT_EQ(port_beside(ports, local("::1")), std::nullopt);
  const std::vector<service::Listening> dual{{"https", "::", 3}};
  EXPECT_EQ(port_beside(dual, local("10.0.0.2")), 3);
  EXPECT_EQ(port_beside(dual, local("::1")), 3);
  EXPECT_EQ(port_beside({}, local("::1")), std::nullopt);
}

}  // namespace
}  // namespace flu::serve
