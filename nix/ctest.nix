# A `ctest` that builds first: `nix develop -c ctest -R T040.S2` works from a fresh clone.
# Given a build tree or a script, or called inside a build tree, it is CMake's own.
{
  cmake,
  writeShellScriptBin,
}:
writeShellScriptBin "ctest" ''
  set -euo pipefail
  ctest=${cmake}/bin/ctest

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

  # As `./faultline` does.
  build=$root/build
  configured=$(cat "$build/nix-toolchain" 2>/dev/null) || true
  if [ ! -e "$build/build.ninja" ] || [ "$configured" != "$FAULTLINE_TOOLCHAIN_ID" ]; then
    (cd "$root" && "${cmake}/bin/cmake" --fresh --preset default ''${FAULTLINE_CMAKE_FLAGS:-}) >&2
    echo "$FAULTLINE_TOOLCHAIN_ID" >"$build/nix-toolchain"
  fi
  ninja -C "$build" >&2
  cd "$root"
  [ -z "$preset" ] || exec "$ctest" "$@"
  exec "$ctest" --test-dir "$build" --resource-spec-file "$build/resources.json" \
    --output-on-failure --no-tests=error "$@"
''
