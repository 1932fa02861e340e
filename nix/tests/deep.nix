# The same modules with the real thing, as far as a person has it at hand; `deep` calls it.
{
  # A nixpkgs tree, of the flake's release or a newer one, or its `lib` alone.
  nixpkgs,
  # A disko tree, of the revision in flake.lock.
  disko ? null,
}:
let
  release =
    if builtins.pathExists (nixpkgs + "/nixos/lib/eval-config.nix") then
      import ./deep-release.nix { inherit nixpkgs disko; }
    else
      import ./deep-lib.nix {
        inherit disko;
        lib = import (nixpkgs + "/lib");
      };

  sections = text: builtins.filter (line: line != "") (lines text);
  lines = text: builtins.filter builtins.isString (builtins.split "\n" text);
  # Store paths differ in hash and version; what starts a unit is no part of its text.
  comparable =
    text:
    builtins.filter (line: builtins.match "WantedBy=.*" line == null) (
      map (
        line:
        builtins.concatStringsSep "STORE" (
          builtins.filter builtins.isString (builtins.split "/nix/store/[^/ ]*" line)
        )
      ) (sections text)
    );
  golden = name: comparable (builtins.readFile (./golden + "/${name}.service"));
  missing =
    name: text:
    let
      real = comparable text;
      lacks = line: !(builtins.elem line real) && !(relation line real);
    in
    map (line: "${name}.service lacks ${line}") (builtins.filter lacks (golden name));
  # The release's own modules may add to a relation: `After=network.target faultline-guest.service`.
  relation =
    line: real:
    let
      parts = builtins.match "((After|Before|Requires)=)(.*)" line;
      pattern = "${builtins.head parts}(.* )?${builtins.elemAt parts 2}( .*)?";
    in
    parts != null && builtins.any (candidate: builtins.match pattern candidate != null) real;
in
{
  problems =
    release.problems
    ++ builtins.concatLists (
      map (name: missing name release.units.${name}) (builtins.attrNames release.units)
    );
  inherit (release) evaluated;
}
