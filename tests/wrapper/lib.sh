# shellcheck shell=bash
# What the tests of ./faultline and of the image build share: a scratch directory, and clones of a project that has the
# targets of this one, but builds in no time.
set -euo pipefail
source_tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/flt-wrapper.XXXXXX")
trap 'chmod -R u+rwX "$scratch"; rm -rf "$scratch"' EXIT
export FAULTLINE_CACHE=$scratch/cache FAULTLINE_TOOLCHAIN=nix # nothing is installed
unset FAULTLINE_IMAGE FAULTLINE_BUILD FAULTLINE_RUNS FAULTLINE_CMAKE_FLAGS

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

holds() { # $1: text, $2: what must be in it
  [[ $1 == *"$2"* ]] || fail "\"$2\" is not in: $1"
}

lacks() {
  [[ $1 != *"$2"* ]] || fail "\"$2\" is in: $1"
}

equals() {
  [ "$1" = "$2" ] || fail "\"$1\" instead of \"$2\""
}

status_of() { # runs it, its output in $output
  local status=0
  output=$("$@" 2>&1) || status=$?
  echo "$output" >&2
  code=$status
}

eventually() { # within 20 s
  local tries=400
  until "$@"; do
    [ $((tries--)) -gt 0 ] || fail "never: $*"
    sleep 0.05
  done
}

# The programs say what they are, where they were called, from which clone they were built, and with what.
make_clone() { # $1: where
  local clone=$1
  mkdir -p "$clone/fixtures/guest"
  cp "$source_tree/faultline" "$source_tree/CMakePresets.json" "$clone/"
  echo "first" >"$clone/source"
  cat >"$clone/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(faultline VERSION 9.8.7 LANGUAGES NONE)
foreach(program faultline faultline-check t040_s1)
  set(made ${PROJECT_BINARY_DIR}/bin/${program})
  add_custom_command(OUTPUT ${made} DEPENDS source COMMAND ${PROJECT_SOURCE_DIR}/compile ${program} ${made} VERBATIM)
  add_custom_target(${program} ALL DEPENDS ${made})
endforeach()
add_custom_target(t040_programs DEPENDS t040_s1)
add_custom_target(unit_tests ALL COMMAND touch ${PROJECT_BINARY_DIR}/bin/unit_tests)
CMAKE
  cat >"$clone/compile" <<'COMPILE'
#!/bin/sh
[ ! -e "$(dirname "$0")/slow" ] || { : >"$(dirname "$0")/compiling"; exec sleep 1000; }
mkdir -p "$(dirname "$2")"
{
  echo '#!/bin/sh'
  echo "echo \"$1 $(cat "$(dirname "$0")/source") at \$PWD: \$*\""
} >"$2"
chmod +x "$2"
COMPILE
  cat >"$clone/fixtures/guest/build-image" <<'IMAGE'
#!/bin/sh
echo "image: made" >&2
: >"$(dirname "$0")/made"
exit "$(cat "$(dirname "$0")/status" 2>/dev/null || echo 0)"
IMAGE
  chmod +x "$clone/compile" "$clone/fixtures/guest/build-image"
}

built() { # $1: clone; the programs that it has
  (cd "$1/build/bin" && echo *)
}

# Each function test_* of the file in a process of its own (`set -e` does not hold in one whose status is asked for).
run_all() { # "$@" of the file: the tests to run
  local name failed=0
  if [ $# -eq 1 ]; then
    "$1"
    return
  fi
  for name in $(compgen -A function test_); do
    bash "$0" "$name" >"$scratch/log" 2>&1 || {
      failed=1
      cat "$scratch/log"
      echo "FAILED: $name"
    }
  done
  return $failed
}
