# `nix flake check`: unit tests, every Nix file's form, every guest's evaluation, the modules' own
# tests and T040.
{
  lib,
  faultline,
  nix,
  nixfmt,
  nixosConfigurations,
  runCommand,
  t040,
}:
let
  inherit (lib.fileset) fileFilter toSource unions;

  nixFiles = toSource {
    root = ../.;
    fileset = unions [
      ../flake.nix
      (fileFilter (file: file.hasExt "nix") ./.)
    ];
  };

  # The derivation's path alone: evaluated in full, built by nobody.
  evaluated = guest: builtins.unsafeDiscardStringContext guest.config.system.build.toplevel.drvPath;
in
{
  inherit t040;

  # Everything is built, and the unit tests run.
  unit = faultline.overrideAttrs {
    doCheck = true;
    ninjaFlags = [ ];
  };

  formatting = runCommand "nix-formatting" { nativeBuildInputs = [ nixfmt ]; } ''
    find ${nixFiles} -name '*.nix' -exec nixfmt --check {} +
    touch $out
  '';

  modules = runCommand "nix-modules" { nativeBuildInputs = [ nix ]; } ''
    bash ${faultline.src}/nix/tests/run
    touch $out
  '';

  guests = runCommand "nixos-guests" (lib.mapAttrs (_: evaluated) nixosConfigurations) ''
    touch $out
  '';
}
