# The flake's guest, with a nixpkgs tree in place of its input: the derivation of its image.
{ nixpkgs }:
let
  lib = import (nixpkgs + "/lib");
  flake = import ../../../flake.nix;
  self = flake.outputs {
    inherit self;
    nixpkgs = {
      legacyPackages.x86_64-linux = import nixpkgs {
        system = "x86_64-linux";
        config = { };
        overlays = [ ];
      };
      lib = lib // {
        nixosSystem =
          arguments:
          import (nixpkgs + "/nixos/lib/eval-config.nix") (
            {
              inherit lib;
              system = null;
            }
            // arguments
          );
      };
    };
    disko.nixosModules.disko = { };
  };
  guest = self.nixosConfigurations.guest.extendModules { modules = [ debianKernel ]; };

  # The one difference: Debian's kernel reads a squashfs with one thread and knows no option for it.
  debianKernel =
    { lib, ... }:
    {
      fileSystems."/nix/.ro-store" = lib.mkOverride 60 {
        options = lib.mkForce [
          "x-initrd.mount"
          "loop"
        ];
      };
    };
in
guest.config.system.build.faultlineImage
