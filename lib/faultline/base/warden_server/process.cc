// The only file that knows Boost.Process. It spawns and does nothing else: the
// waits of version 1 replace the SIGCHLD handler of the whole program, and
// version 2 has no process groups. Version 1 moved in 1.86; the headers that
// include everything are not portable beyond that, the single ones are.
#include "faultline/base/warden_server/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <boost/version.hpp>

#if BOOST_VERSION >= 108600
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/extend.hpp>
namespace bp = boost::process::v1;
#else
#include <boost/process/child.hpp>
#include <boost/process/extend.hpp>
namespace bp = boost::process;
#endif

#include <linux/close_range.h>

namespace faultline::internal {
namespace {

// Runs in the child, between fork and exec: system calls only.
void DieWithParent(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before the request was made.
  if (::getppid() != parent) ::_exit(127);
}

void TakeDescriptors(const std::vector<Assignment>& descriptors) {
  // Close on exec rather than at once: Boost reports a failed exec through a
  // pipe of its own.
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const Assignment& each : descriptors)
    if (::dup2(each.fd, each.as) < 0) ::_exit(127);
}

void ResetSignals() {
  // What the warden ignores would stay ignored.
  for (int number = 1; number < SIGRTMIN; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

struct Launcher : bp::extend::handler {
  Launcher(const Program& program, std::vector<char*>& argv)
      : program_(program), argv_(argv) {}

  template <typename Executor>
  void on_setup(Executor& executor) const {
    executor.exe = program_.path.c_str();
    executor.cmd_line = argv_.data();
  }
  template <typename Executor>
  void on_exec_setup(Executor&) const {
    DieWithParent(parent_);
    ::setpgid(0, 0);
    TakeDescriptors(program_.descriptors);
    ResetSignals();
  }

 private:
  const Program& program_;
  std::vector<char*>& argv_;
  pid_t parent_ = ::getpid();
};

}  // namespace

pid_t StartProcess(const Program& program) {
  std::vector<char*> argv;
  argv.reserve(program.argv.size() + 1);
  for (const std::string& argument : program.argv)
    argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  bp::child child(Launcher(program, argv));
  const pid_t pid = child.id();
  child.detach();
  return pid;
}

}  // namespace faultline::internal
