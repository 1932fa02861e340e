# `nix flake check`: unit tests, every Nix file's form, every guest's evaluation and the
# modules' own tests.
{
  lib,
  faultline,
  nix,
  nixfmt,
  nixosConfigurations,
  runCommand,
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
  unit = faultline.overrideAttrs { doCheck = true; };

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
