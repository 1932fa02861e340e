// What this guest calls of nixpkgs' nixos-init, which is in Rust.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Prints where `path` leads below `root`, as seen from there.
static int ResolveInRoot(const char* root, const char* path) {
  const int directory = open(root, O_PATH | O_DIRECTORY);
  struct open_how how = {.flags = O_PATH, .resolve = RESOLVE_IN_ROOT};
  const int found =
      (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
  if (found < 0) {
    perror("resolve-in-root");
    return 1;
  }
  char link[64];
  char target[4097];
  snprintf(link, sizeof link, "/proc/self/fd/%d", found);
  const ssize_t length = readlink(link, target, sizeof target - 1);
  if (length < 0) return 1;
  target[length] = 0;
  const size_t prefix = strlen(root);
  fputs(strncmp(target, root, prefix) != 0 ? target : target + prefix, stdout);
  return 0;
}

int main(int count, char** arguments) {
  const char* slash = strrchr(arguments[0], '/');
  const char* name = slash ? slash + 1 : arguments[0];
  if (!strcmp(name, "resolve-in-root") && count == 3)
    return ResolveInRoot(arguments[1], arguments[2]);
  if (!strcmp(name, "env-generator")) return 0;
  fprintf(stderr, "nixos-init stand-in: %s is not in it\n", name);
  return 1;
}
