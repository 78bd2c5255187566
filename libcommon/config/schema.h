#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flu::config {

// Every directive and option that the language knows, where it may stand, and whether this version
// acts on it. A documented one that it does not act on is accepted with a warning.

enum class Context : unsigned {
  kTop = 1U << 0,
  kStream = 1U << 1,  // stream, ondemand
  kGroup = 1U << 2,   // rewrite, live
  kSource = 1U << 3,  // source
  kFile = 1U << 4,
  kNotify = 1U << 5,
  kAuthBackend = 1U << 6,
  kPeer = 1U << 7,
  kPlugin = 1U << 8,
};

enum class Support { kImplemented, kNotYet };
enum class BlockRule { kNone, kOptional, kRequired };

struct Directive {
  static constexpr std::size_t kAny = static_cast<std::size_t>(-1);

  std::string_view name;
  unsigned contexts = 0;  // a set of Context
  Support support = Support::kNotYet;
  std::size_t min_arguments = 0;  // of the positional kind
  std::size_t max_arguments = kAny;
  BlockRule block = BlockRule::kNone;
  Context inside = Context::kTop;  // of its block
  bool has_free_options = false;   // the block passes what it does not know to somebody else
};

// nullptr where the name is not known in that context.
const Directive* find_directive(std::string_view name, Context context);
std::vector<std::string_view> directive_names(Context context);

// "in a stream, at the top level": where else this name would be right, or "".
std::string places_of(std::string_view name);

struct UrlScheme {
  std::string_view name;  // without "://"
  Support support = Support::kNotYet;
};
struct UrlOption {
  std::string_view name;
  Support support = Support::kNotYet;
};

const UrlScheme* find_url_scheme(std::string_view name);
std::vector<std::string_view> url_scheme_names();

// header.NAME is known for every NAME.
const UrlOption* find_url_option(std::string_view name);
std::vector<std::string_view> url_option_names();

}  // namespace flu::config
