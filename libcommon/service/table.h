#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace flu::service {

// A table for people: columns as wide as their widest cell.
class Table {
 public:
  struct Column {
    std::string title;
    bool is_number = false;  // flush right
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string to_text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string duration_text(std::int64_t seconds);   // 59s, 12m05s, 3h02m, 5d01h
std::string bitrate_text(double bits_per_second);  // 2.70 Mbit/s
std::string size_text(double bytes);               // 3.1 MiB

}  // namespace flu::service
