# A `ctest` that builds first: `nix develop -c ctest -R T040.S2` works from a fresh clone.
# Given a build tree or a script, or called inside a build tree, it is CMake's own.
{
  cmake,
  stdenv,
  writeShellScriptBin,
}:
writeShellScriptBin "ctest" ''
  set -euo pipefail
  ctest=${cmake}/bin/ctest
  toolchain=${stdenv.cc}:${cmake}

  preset=
  for argument in "$@"; do
    case $argument in
      --preset*) preset=yes ;;
      --test-dir* | --build-and-test | -S* | -SP* | --script* | --version | --help*)
        exec "$ctest" "$@" ;;
    esac
  done

  root=$PWD
  until [ -e "$root/flake.nix" ] && [ -e "$root/CMakePresets.json" ]; do
    [ ! -e "$root/CTestTestfile.cmake" ] && [ "$root" != / ] || exec "$ctest" "$@"
    root=$(dirname "$root")
  done

  # A build tree that another toolchain configured is of no use.
  build=$root/build
  configured=$(cat "$build/nix-toolchain" 2>/dev/null) || true
  if [ ! -e "$build/build.ninja" ] || [ "$configured" != "$toolchain" ]; then
    (cd "$root" && "${cmake}/bin/cmake" --fresh --preset default ''${FAULTLINE_CMAKE_FLAGS:-}) >&2
    echo "$toolchain" >"$build/nix-toolchain"
  fi
  ninja -C "$build" >&2
  cd "$root"
  [ -z "$preset" ] || exec "$ctest" "$@"
  exec "$ctest" --test-dir "$build" --resource-spec-file "$build/resources.json" \
    --output-on-failure --no-tests=error "$@"
''
