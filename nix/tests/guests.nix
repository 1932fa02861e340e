# The flake, evaluated with stand-ins for its inputs. `extra` are further modules of the guest.
{
  extra ? [ ],
}:
let
  data = builtins.fromJSON (builtins.readFile ./options.json);
  lib = import ./lib.nix;
  pkgs = import ./pkgs.nix {
    inherit lib;
    names = data.packages;
  };
  store = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/11111111111111111111111111111111-${name}";
    drvPath = "/nix/store/11111111111111111111111111111111-${name}.drv";
  };
  # What the release's own modules define.
  release = {
    system.build = {
      kernel = store "linux";
      netbootRamdisk = store "netboot-ramdisk";
      toplevel = store "nixos-system-unnamed";
    };
    system.boot.loader.kernelFile = "bzImage";
    system.nixos.release = "26.05";
    boot.extraModulePackages = [ ];
    systemd.package = store "systemd";
    boot.kernelParams = [
      "root=fstab"
      "loglevel=4"
    ];
  };
  evaluate = import ./evaluate.nix {
    inherit lib pkgs;
    modulesPath = "/nixpkgs/nixos/modules";
    moduleFiles = data.modules;
    declared = data.options;
  };

  flake = import ../../flake.nix;
  self = flake.outputs {
    inherit self;
    nixpkgs = {
      legacyPackages.x86_64-linux = pkgs;
      lib = lib // {
        nixosSystem =
          {
            modules,
            specialArgs ? { },
          }:
          {
            config = evaluate ([ release ] ++ modules ++ extra);
          };
      };
    };
    disko.nixosModules.disko = { };
  };
in
{
  inherit
    data
    flake
    lib
    self
    ;
}
