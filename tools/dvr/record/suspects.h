#pragma once

#include <map>
#include <string>

namespace flu::dvr {

// Which archive a recorder died over. A stream is noted before its archive is opened, since what
// lies there may be anything; one that ends the recorder twice is set aside, and the rest go on.
class Suspects {
 public:
  // What the recorder before left in that file.
  explicit Suspects(std::string file);

  [[nodiscard]] bool is_set_aside(const std::string& stream) const;

  void begin(const std::string& stream);  // its archive is about to be opened
  void end(const std::string& stream);    // that went well, or failed in words

 private:
  std::string file_;
  std::map<std::string, unsigned> deaths_;
};

}  // namespace flu::dvr
