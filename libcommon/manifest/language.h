#pragma once

#include <string>
#include <string_view>

namespace flu::manifest {

// The tag of RFC 5646 for a language of ISO 639-2: "en" for "eng", "qaa" for "qaa". Empty where the
// language is not known ("und") or no code.
std::string language_tag(std::string_view code);

// For people: "English"; the code itself where it has no name here, empty where language_tag() is.
std::string language_name(std::string_view code);

}  // namespace flu::manifest
