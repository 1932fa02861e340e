# The whole toolchain, everything that a test starts, and the guest image's path.
{
  lib,
  mkShell,
  callPackage,
  ccache,
  clang-tools,
  e2fsprogs,
  etcd_3_6,
  git,
  iproute2,
  nix,
  nixfmt,
  openssh,
  procps,
  qemu_test,
  util-linux,
  vde2,
  faultline,
  guest,
}:
let
  ctest = callPackage ./ctest.nix { };
in
mkShell {
  inputsFrom = [ faultline ];
  packages = [
    ccache
    clang-tools
    e2fsprogs
    etcd_3_6
    git
    iproute2
    nix
    nixfmt
    openssh
    procps
    qemu_test
    util-linux
    vde2
  ];

  FAULTLINE_IMAGE = guest;
  # Tells `./faultline` that there is nothing to install.
  FAULTLINE_TOOLCHAIN = "nix";
  # A NixOS guest holds its root in memory; and another compiler has other warnings.
  FAULTLINE_CMAKE_FLAGS = "-DFAULTLINE_VM_MEMORY_MIB=1200 -DFAULTLINE_WERROR=OFF";

  # Before CMake's own.
  shellHook = ''
    export PATH=${lib.makeBinPath [ ctest ]}:$PATH
  '';
}
