# The whole toolchain, everything that a test starts, and the guest image's path.
{
  lib,
  mkShell,
  callPackage,
  ccache,
  cmake,
  e2fsprogs,
  etcd_3_6,
  git,
  iproute2,
  llvmPackages_19,
  nix,
  nixfmt,
  openssh,
  procps,
  qemu_test,
  stdenv,
  util-linux,
  vde2,
  faultline,
  # Null for a shell that boots none.
  guest,
}:
let
  ctest = callPackage ./ctest.nix { };
in
mkShell (
  lib.optionalAttrs (guest != null) { FAULTLINE_IMAGE = guest; }
  // {
    inputsFrom = [ faultline ];
    packages = [
      ccache
      e2fsprogs
      etcd_3_6
      git
      iproute2
      # Of the version that CI formats and lints with (cmake/Lint.cmake).
      llvmPackages_19.clang-tools
      nix
      nixfmt
      openssh
      procps
      qemu_test
      util-linux
      vde2
    ];

    # Tells `./faultline` that there is nothing to install.
    FAULTLINE_TOOLCHAIN = "nix";
    # A build tree that another one configured is of no use.
    FAULTLINE_TOOLCHAIN_ID = "${stdenv.cc}:${cmake}";
    # A NixOS guest holds its root in memory; and another compiler has other warnings.
    FAULTLINE_CMAKE_FLAGS = "-DFAULTLINE_VM_MEMORY_MIB=1200 -DFAULTLINE_WERROR=OFF";

    # The shell has no browser: the tests of the pages are skipped.
    FAULTLINE_WITHOUT_PAGES = "1";

    # Before CMake's own.
    shellHook = ''
      export PATH=${lib.makeBinPath [ ctest ]}:$PATH
    '';
  }
)
