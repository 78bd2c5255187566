// Tested by tests/e2e/serve/archive-movie.sh
#include "tools/serve/archive/disk_thread.h"

#include <utility>

#include "libcommon/base/clock.h"

namespace flu::serve {

bool DiskThread::run(io::Worker::Task task, io::Worker::Task done) {
  if (is_stopped_) return false;
  if (worker_ == nullptr) {
    auto started = io::Worker::start(*loop_);
    if (!started) {
      errors_.add(started.error().message, monotonic_now());
      return false;
    }
    worker_ = std::move(*started);
  }
  worker_->run(std::move(task), std::move(done));
  return true;
}

void DiskThread::stop() {
  is_stopped_ = true;
  worker_.reset();
}

void DiskThread::tell(const std::string& trouble) {
  if (!trouble.empty()) errors_.add("archive: " + trouble, monotonic_now());
}

}  // namespace flu::serve
