# What `cmake --install` puts on a machine: the tool with its warden, the library for
# find_package(faultline), the guest image's recipe. And the programs of T040 with our bindings.
{
  lib,
  stdenv,
  boost,
  callPackage,
  cli11,
  cmake,
  e2fsprogs,
  etcd_3_6,
  fmt,
  grpc,
  gtest,
  libslirp,
  libssh,
  ninja,
  nix,
  nlohmann_json,
  nodejs,
  openldap,
  openssh,
  openssl,
  openvswitch,
  procps,
  protobuf,
  qemu_test,
  vde2,
  xxhash,
  zlib,
}:
let
  # What tests start. Of the derivation they are inputs only where it checks.
  testPrograms = [
    e2fsprogs
    etcd_3_6
    nix
    openssh
    openssl
    openvswitch
    procps
    qemu_test
    vde2
  ];
in
stdenv.mkDerivation {
  pname = "faultline";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../CMakeLists.txt
      ../cmake
      ../docs
      ../faultline
      ../fixtures
      ../flake.lock
      ../flake.nix
      ../lib
      ../nix
      ../tests
    ];
  };

  nativeBuildInputs = [
    cmake
    grpc
    ninja
    nodejs
    protobuf
  ];
  # Without them the pages of runs would be left out: nothing is fetched while it builds.
  FAULTLINE_PAGE_MODULES = callPackage ./page-modules.nix { };
  buildInputs = [
    boost
    cli11
    libslirp
    libssh
    openldap
    xxhash
  ];
  # What find_package(faultline) looks for in turn.
  propagatedBuildInputs = [
    fmt
    grpc
    gtest
    nlohmann_json
    openssl
    protobuf
    zlib
  ];

  cmakeFlags = [
    # What is a warning depends on the compiler's version: CI's is the one that counts.
    (lib.cmakeBool "FAULTLINE_WERROR" false)
    # Relative, not as nixpkgs' hook has them: a test installs to another prefix, and a project
    # that finds the package asks it where it lies.
    (lib.cmakeFeature "CMAKE_INSTALL_BINDIR" "bin")
    (lib.cmakeFeature "CMAKE_INSTALL_DATADIR" "share")
    (lib.cmakeFeature "CMAKE_INSTALL_INCLUDEDIR" "include")
    (lib.cmakeFeature "CMAKE_INSTALL_LIBDIR" "lib")
    (lib.cmakeFeature "CMAKE_INSTALL_LIBEXECDIR" "libexec")
    # T040 and what it is made of belong to the package. nixpkgs' hook leaves out whatever is for
    # tests unless the tests are run as well.
    (lib.cmakeBool "BUILD_TESTING" true)
    (lib.cmakeBool "CMAKE_SKIP_INSTALL_ALL_DEPENDENCY" true)
  ];
  ninjaFlags = [
    "faultline"
    "faultline-check"
    "t040_s1"
    "t040_s2"
    "t040_s3"
    "t040_s4"
  ];

  # `checks.unit` of the flake turns them on.
  doCheck = false;
  nativeCheckInputs = testPrograms;
  passthru = { inherit testPrograms; };
  checkPhase = ''
    runHook preCheck
    # Their test wants a browser.
    export FAULTLINE_WITHOUT_PAGES=1
    ctest --label-regex '^unit$' --no-tests=error --output-on-failure --parallel "$NIX_BUILD_CORES"
    runHook postCheck
  '';

  postInstall = ''
    install -D --target-directory $out/libexec/faultline bin/t040_s*
  '';

  meta = {
    description = "Boots real virtual machines, breaks them on purpose, and proves what held";
    mainProgram = "faultline";
    license = lib.licenses.mit;
    platforms = [ "x86_64-linux" ];
  };
}
