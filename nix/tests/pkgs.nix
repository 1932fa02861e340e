# A package set of the names in options.json: nothing of it can be built, but a name that the
# release does not have is an error, as is an argument that a `callPackage` cannot fill.
{ lib, names }:
let
  derivation =
    name: attributes:
    let
      result = {
        type = "derivation";
        inherit name;
        version = "0";
        outPath = "/nix/store/00000000000000000000000000000000-${name}";
        drvPath = "/nix/store/00000000000000000000000000000000-${name}.drv";
        override = _: result;
        overrideAttrs = changes: derivation name (attributes // changes);
      }
      // (
        if attributes.doCheck or false then attributes else removeAttrs attributes [ "nativeCheckInputs" ]
      );
    in
    result;

  callPackage =
    file: given:
    let
      function = if builtins.isPath file then import file else file;
      wanted = builtins.functionArgs function;
      missing = builtins.filter (name: !(pkgs ? ${name}) && !(given ? ${name}) && !wanted.${name}) (
        builtins.attrNames wanted
      );
    in
    if missing != [ ] then
      throw "${baseNameOf (toString file)}: no package `${builtins.head missing}` in options.json"
    else
      overridable (function (builtins.intersectAttrs wanted pkgs // given));
  # As the real one does, whatever kind of set it is.
  overridable =
    result:
    if builtins.isAttrs result then
      result
      // {
        override = throw "override";
        overrideDerivation = throw "overrideDerivation";
      }
    else
      result;

  pkgs =
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = derivation name { };
      }) names
    )
    // {
      inherit lib callPackage;
      llvmPackages_19.clang-tools = derivation "clang-tools" { };
      glibc = derivation "glibc" { static = derivation "glibc-static" { }; };
      runtimeShell = "${derivation "bash" { }}/bin/bash";
      stdenv = {
        cc = derivation "gcc" { };
        mkDerivation = attributes: derivation attributes.pname attributes;
      };
      mkShell = derivation "shell";
      linkFarm = name: entries: derivation name { inherit entries; };
      runCommand =
        name: attributes: script:
        derivation name (attributes // { inherit script; });
      writeText = name: text: derivation name { inherit text; };
      writeShellScript = name: text: derivation name { inherit text; };
      writeShellScriptBin = name: text: derivation name { inherit text; };
    };
in
pkgs
