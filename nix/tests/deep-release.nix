# The guests with a whole nixpkgs tree, down to the derivations.
{ nixpkgs, disko }:
let
  nixos =
    modules:
    (import (nixpkgs + "/nixos/lib/eval-config.nix") {
      system = "x86_64-linux";
      inherit modules;
    }).config;
  version = builtins.substring 0 5 (builtins.readFile (nixpkgs + "/lib/.version"));

  guest = nixos [
    ../modules/netboot.nix
    ../modules/etcd.nix
  ];
  everything = nixos [
    ../modules/netboot.nix
    ../modules/etcd.nix
    ../modules/keepalived.nix
    ../modules/libvirt.nix
    ../modules/openldap.nix
    ../modules/ovsdb.nix
    ../modules/pacemaker.nix
  ];
  installer = nixos [ ../modules/installer.nix ];
  installed = nixos [
    (disko + "/module.nix")
    ../modules/installed.nix
  ];
  # options.json knows what getty.target wants, and `run` that it is off.
  known = (builtins.fromJSON (builtins.readFile ./options.json)).wants."getty.target";
  consoles = map (name: "getty.target wants ${name}, which options.json does not know") (
    builtins.filter (name: !(builtins.elem name known)) guest.systemd.targets.getty.wants
  );
  unit = name: guest.systemd.units."${name}.service".text;
  unmet =
    config:
    map (assertion: assertion.message) (
      builtins.filter (assertion: !assertion.assertion) config.assertions
    );
in
{
  problems =
    unmet guest
    ++ unmet everything
    ++ unmet installer
    ++ guest.warnings
    ++ everything.warnings
    ++ consoles;
  evaluated = {
    release = version;
    image = guest.system.build.faultlineImage.drvPath;
    image_of_all = everything.system.build.faultlineImage.drvPath;
    services = everything.faultline.services;
    ramdisk = guest.system.build.netbootRamdisk.drvPath;
    installer = installer.system.build.faultlineImage.drvPath;
    command_line = toString guest.boot.kernelParams;
  }
  // (if disko == null then { } else { installed = installed.system.build.toplevel.drvPath; });
  units = {
    faultline-etcd = unit "faultline-etcd";
    faultline-guest = unit "faultline-guest";
    sshd = unit "sshd";
  };
}
