# A guest that boots from the network or by QEMU's -kernel: its root is a squashfs inside
# the initrd, below an overlay in memory. `system.build.faultlineImage` is the directory
# that the library reads (docs/guest-contract.md).
{
  config,
  lib,
  modulesPath,
  pkgs,
  ...
}:
let
  cfg = config.faultline.image;
  inherit (config.system.build) kernel netbootRamdisk toplevel;

  commandLine = toString ([ "init=${toplevel}/init" ] ++ config.boot.kernelParams);

  # image.json, but for the lengths of the files, which are known only once they are built.
  description = {
    contract = 3;
    # The toplevel's store hash: equal ids boot the same system.
    id = builtins.substring 0 32 (baseNameOf (builtins.unsafeDiscardStringContext "${toplevel}"));
    operating_system = "NixOS ${config.system.nixos.release}";
    command_line_file = "cmdline";
    memory_mib = cfg.memoryMib;
    netboot_memory_mib = cfg.netbootMemoryMib;
    inherit (config.faultline) services;
  };

  files = {
    cmdline = pkgs.writeText "cmdline" "${commandLine}\n";
    ipxe = pkgs.writeText "boot.ipxe" ''
      #!ipxe
      kernel vmlinuz initrd=initrd ${commandLine}
      initrd initrd
      boot
    '';
    description = pkgs.writeText "image.json" (builtins.toJSON description);
  };
in
{
  imports = [
    "${modulesPath}/installer/netboot/netboot.nix"
    ./guest.nix
    ./lean.nix
  ];

  options.faultline.image = {
    memoryMib = lib.mkOption {
      type = lib.types.ints.positive;
      default = 1024;
      description = "Memory of one machine, in MiB. It holds the initrd packed and unpacked.";
    };
    netbootMemoryMib = lib.mkOption {
      type = lib.types.ints.positive;
      default = 1536;
      description = "The same when iPXE, which keeps the files that it fetched, boots the machine.";
    };
  };

  config = {
    # Built often, read a few times: a level that packs fast. The initrd is mostly
    # that squashfs, which does not shrink any more.
    netboot.squashfsCompression = "zstd -Xcompression-level 6";
    boot.initrd.compressor = "zstd";
    boot.initrd.compressorArgs = [ "-1" ];

    # They register store paths for a Nix that this guest does not have.
    boot.postBootCommands = lib.mkIf (!config.nix.enable) (lib.mkForce "");
    systemd.services.register-nix-paths.enable = lib.mkIf (!config.nix.enable) false;

    system.build.faultlineImage =
      pkgs.runCommand "faultline-guest-image"
        {
          nativeBuildInputs = [
            pkgs.jq
            pkgs.zstd
          ];
          passthru = { inherit files; };
        }
        ''
          mkdir $out
          ln -s ${kernel}/${config.system.boot.loader.kernelFile} $out/vmlinuz
          bash ${../unpack-kernel} $(readlink $out/vmlinuz) $out/kernel
          ln -s ${netbootRamdisk}/initrd $out/initrd
          ln -s ${files.cmdline} $out/cmdline
          ln -s ${files.ipxe} $out/boot.ipxe
          size() { stat --dereference --format %s $out/$1; }
          jq --argjson kernel $(size kernel) --argjson initrd $(size initrd) \
            --argjson vmlinuz $(size vmlinuz) \
            '.files = {$kernel, $initrd, $vmlinuz}' ${files.description} >$out/image.json
        '';
  };
}
