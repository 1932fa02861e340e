# What a machine under test has no use for is off: under emulation each of these costs between a
# tenth of a second and twenty (docs/nix.md has the figures). Any of them can be had back:
# `systemd.services.NAME.enable = true;`.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (config.system.build) kernel;

  # The root lies in memory, packed and unpacked, and nearly half of it was drivers.
  modules = pkgs.runCommand "kernel-modules" { } ''
    mkdir -p $out/lib
    for tree in ${toString ([ (kernel.modules or kernel) ] ++ config.boot.extraModulePackages)}; do
      cp -r $tree/lib/modules $out/lib/
      chmod -R u+w $out
    done
    cd $out/lib/modules/*/kernel
    rm -rf ${toString unusedModules}
  '';
  # The Debian image is without them, too (fixtures/guest/customize).
  unusedModules = [
    "sound"
    "drivers/comedi"
    "drivers/gpu"
    "drivers/hid"
    "drivers/hv"
    "drivers/infiniband"
    "drivers/leds"
    "drivers/media"
    "drivers/net/ethernet"
    "drivers/net/wireless"
    "drivers/nvme"
    "drivers/scsi"
    "drivers/target"
    "drivers/thermal"
    "drivers/vfio"
    "drivers/xen"
    "fs/afs"
    "fs/btrfs"
    "fs/ceph"
    "fs/cifs"
    "fs/gfs2"
    "fs/nfs"
    "fs/nfsd"
    "fs/ocfs2"
    "fs/orangefs"
    "fs/smb"
    "fs/xfs"
    "net/ceph"
    "net/sunrpc"
  ];

  debian = ../../fixtures/guest;
  off = names: lib.genAttrs names (_: { enable = lib.mkDefault false; });
in
# A guest with a Nix of its own is the installer, which has disks to lay out.
lib.mkIf (!config.nix.enable) {
  system.modulesTree = lib.mkForce [ modules ];

  boot = {
    kernelParams = [
      # There is no unit that a first boot would enable or disable.
      "systemd.condition_first_boot=no"
      # The console is a file: systemd would ask it what terminal it is, and wait for the answer.
      "systemd.tty.term.console=dumb"
      "systemd.tty.rows.console=25"
      "systemd.tty.columns.console=80"
    ];
    # As on the Debian image, where nothing but the agent looks for devices.
    kernelModules = [
      "button"
      "evdev"
    ];
    initrd = {
      # Drivers of disks and keyboards that the machine does not have.
      includeDefaultModules = false;
      systemd.suppressedUnits = [
        "kmod-static-nodes.service"
        "systemd-tmpfiles-setup-dev-early.service"
        "systemd-tmpfiles-setup-dev.service"
        "systemd-udev-trigger.service"
        "systemd-udevd-control.socket"
        "systemd-udevd-kernel.socket"
        "systemd-udevd.service"
        "initrd-udevadm-cleanup-db.service"
      ];
    };
  };

  systemd = {
    services =
      off [
        "kmod-static-nodes"
        "linger-users"
        "modprobe@configfs"
        "modprobe@drm"
        "modprobe@efi_pstore"
        "modprobe@fuse"
        "reload-systemd-vconsole-setup"
        "systemd-hibernate-clear"
        "systemd-journal-catalog-update"
        "systemd-journal-flush"
        "systemd-logind"
        "systemd-machine-id-commit"
        "systemd-pstore"
        "systemd-random-seed"
        "systemd-remount-fs"
        "systemd-tmpfiles-setup-dev"
        "systemd-tmpfiles-setup-dev-early"
        "systemd-udev-trigger"
        "systemd-udevd"
        "systemd-update-done"
        "systemd-user-sessions"
      ]
      // {
        # What logind would be wanted for.
        faultline-power-button = {
          description = "ACPI power button";
          wantedBy = [ "multi-user.target" ];
          after = [ "sshd.service" ];
          serviceConfig.ExecStart = "${debian + "/overlay/usr/lib/faultline/power-button"}";
        };
      };
    sockets = off [
      "dbus"
      "systemd-udevd-control"
      "systemd-udevd-kernel"
      "systemd-udevd-varlink"
    ];
    timers = off [
      "fstrim"
      "systemd-tmpfiles-clean"
    ];
    units = off [
      "dev-hugepages.mount"
      "dev-mqueue.mount"
      "sys-fs-fuse-connections.mount"
      "sys-kernel-config.mount"
      "sys-kernel-debug.mount"
      "sys-kernel-tracing.mount"
    ];
    generators = lib.genAttrs [
      "systemd-cryptsetup-generator"
      "systemd-factory-reset-generator"
      "systemd-getty-generator"
      "systemd-gpt-auto-generator"
      "systemd-hibernate-resume-generator"
      "systemd-integritysetup-generator"
      "systemd-import-generator"
      "systemd-ssh-generator"
      "systemd-tpm2-generator"
      "systemd-veritysetup-generator"
    ] (_: lib.mkDefault "/dev/null");
  };
}
