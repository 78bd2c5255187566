#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "libcommon/service/ready.h"
#include "tools/serve/http/connection.h"
#include "tools/serve/http/request.h"
#include "tools/serve/http/response.h"
#include "tools/serve/tls/certificates.h"

namespace flu::serve {

// Leads browsers that ask for a page in plain HTTP to the https port, where there is one with a
// certificate in date. Players, scripts and proxies stay where they are: who speaks for somebody
// else decides himself, and one that ends TLS would be led in a circle.
class HttpsRedirect {
 public:
  HttpsRedirect(std::vector<service::Listening> ports, Certificates& certificates)
      : ports_(std::move(ports)), certificates_(&certificates) {}

  // nullopt: the request is to be answered as it stands.
  std::optional<Response> of(const Connection& connection);

 private:
  std::vector<service::Listening> ports_;
  Certificates* certificates_;
};

// The first of `ports` that listens on `local` as well.
std::optional<std::uint16_t> port_beside(std::span<const service::Listening> ports,
                                         const boost::asio::ip::address& local);

// The same address with https; "": no browser asks for it, or it does not say where it is.
std::string secure_address(const Request& request, std::uint16_t port);

}  // namespace flu::serve
