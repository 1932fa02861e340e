# The library (archives and headers) and the tool with its warden.
{
  lib,
  stdenv,
  boost,
  cli11,
  cmake,
  e2fsprogs,
  fmt,
  grpc,
  gtest,
  libssh,
  ninja,
  nix,
  nlohmann_json,
  openssh,
  openssl,
  procps,
  protobuf,
  qemu_test,
  vde2,
  xxHash,
  zlib,
}:
stdenv.mkDerivation {
  pname = "faultline";
  version = "0.1.0";

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../CMakeLists.txt
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
    protobuf
  ];
  buildInputs = [
    boost
    cli11
    fmt
    grpc
    gtest
    libssh
    nlohmann_json
    openssl
    protobuf
    xxHash
    zlib
  ];

  # What is a warning depends on the compiler's version: CI's is the one that counts.
  cmakeFlags = [ (lib.cmakeBool "FAULTLINE_WERROR" false) ];

  # `checks.unit` of the flake turns them on.
  doCheck = false;
  nativeCheckInputs = [
    e2fsprogs
    nix
    openssh
    procps
    qemu_test
    vde2
  ];
  checkPhase = ''
    runHook preCheck
    ctest --label-regex '^unit$' --no-tests=error --output-on-failure --parallel "$NIX_BUILD_CORES"
    runHook postCheck
  '';

  # The tool looks for its warden beside itself.
  installPhase = ''
    runHook preInstall
    install -D --target-directory $out/bin bin/faultline bin/faultline-check bin/faultline-warden
    find . -name 'libfaultline_*.a' -exec install -D --mode 644 --target-directory $out/lib {} +
    (cd ../lib && find faultline -name '*.h' -exec install -D --mode 644 {} $out/include/{} \;)
    runHook postInstall
  '';

  meta = {
    description = "Boots real virtual machines, breaks them on purpose, and proves what held";
    mainProgram = "faultline";
    license = lib.licenses.mit;
    platforms = [ "x86_64-linux" ];
  };
}
