#pragma once

#include <string>
#include <utility>
#include <vector>

extern "C" {
#include <libavutil/dict.h>
}

namespace flu::av {

// libav's options, freed at the end.
class Dictionary {
 public:
  explicit Dictionary(const std::vector<std::pair<std::string, std::string>>& options) {
    for (const auto& [name, value] : options) set(name, value);
  }
  ~Dictionary() { av_dict_free(&value_); }
  Dictionary(const Dictionary&) = delete;
  Dictionary& operator=(const Dictionary&) = delete;

  void set(const std::string& name, const std::string& value) {
    av_dict_set(&value_, name.c_str(), value.c_str(), 0);
  }
  AVDictionary** get() { return &value_; }

 private:
  AVDictionary* value_ = nullptr;
};

}  // namespace flu::av
