# The guest's agent, compiled as fixtures/guest/build-image compiles it.
{ stdenv, glibc }:
stdenv.mkDerivation {
  pname = "faultline-guest-agent";
  # The contract's.
  version = "1";

  src = ../fixtures/guest/agent;
  buildInputs = [ glibc.static ];

  buildPhase = ''
    runHook preBuild
    $CXX -std=c++20 -Os -static -s -Wall -Wextra *.cc -o agent
    runHook postBuild
  '';
  installPhase = ''
    runHook preInstall
    install -D --target-directory $out/bin agent
    runHook postInstall
  '';

  meta.platforms = [ "x86_64-linux" ];
}
