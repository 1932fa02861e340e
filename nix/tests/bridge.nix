# Declares, for NixOS 19.09, the options of 26.05 that the guest modules set, so that the rest
# of their evaluation can be checked with that tree, which is small and easily had.
{ lib, ... }:
let
  any = lib.mkOption {
    type = lib.types.unspecified;
    default = null;
  };
in
{
  options = {
    boot.initrd.compressorArgs = any;
    boot.initrd.systemd.enable = any;
    boot.initrd.systemd.tpm2.enable = any;
    boot.swraid.enable = any;
    environment.defaultPackages = any;
    netboot.squashfsCompression = any;
    nix.enable = lib.mkEnableOption "Nix";
    system.nixos.variant_id = any;
    system.switch.enable = any;
    services.openssh = {
      generateHostKeys = any;
      settings = any;
      sftpServerExecutable = any;
    };
    systemd.tpm2.enable = any;
    users.allowNoPasswordLogin = any;
  };

  config = {
    nixpkgs.overlays = [
      (_: packages: {
        etcd_3_6 = packages.etcd;
        iproute2 = packages.iproute;
        util-linux = packages.utillinux;
      })
    ];
  };
}
