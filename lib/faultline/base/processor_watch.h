#pragma once

#include <sys/types.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/processor_time.h"

namespace faultline {

// Looks at some processes at a fixed rate, so that it can be said afterwards of
// any interval how long they waited for a processor of this host. Thread-safe.
class ProcessorWatch {
 public:
  // What each process that is to be watched has used so far. A process may take
  // the place of another.
  using Look = std::function<std::map<pid_t, ProcessorUse>()>;

  // `look` is called at once and then in a thread of this object; it must not
  // throw.
  explicit ProcessorWatch(Look look,
                          Duration interval = std::chrono::milliseconds(250));
  ~ProcessorWatch();
  ProcessorWatch(const ProcessorWatch&) = delete;
  ProcessorWatch& operator=(const ProcessorWatch&) = delete;

  // Of the time that a process wanted a processor in the interval, the share
  // that it waited for one: of the process for which that is largest. One that
  // wanted less than a tenth of the interval was not held up by that and does
  // not count. Nothing if the interval was not looked at.
  std::optional<double> LongestWait(TimePoint from, TimePoint until) const;

 private:
  // What happened between two looks.
  struct Stretch {
    TimePoint from;
    TimePoint until;
    std::map<pid_t, ProcessorShare> shares;
  };

  void Run();
  void AddStretch();

  const Look look_;
  const Duration interval_;
  std::map<pid_t, ProcessorUse> last_;  // of the thread
  TimePoint looked_;
  mutable std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::vector<Stretch> stretches_;
  std::thread thread_;  // the last member: it uses those above
};

}  // namespace faultline
