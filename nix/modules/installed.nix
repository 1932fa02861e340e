# A guest installed on its own disk by disko and nixos-anywhere (docs/nix.md). It needs
# disko's module beside it.
{
  imports = [ ./guest.nix ];

  disko.devices.disk.system = {
    type = "disk";
    # QEMU's `serial=system`: never the state disk, whatever the order.
    device = "/dev/disk/by-id/virtio-system";
    content = {
      type = "gpt";
      partitions = {
        # Where GRUB's second stage lies on a machine that boots by BIOS.
        boot = {
          size = "1M";
          type = "EF02";
        };
        root = {
          size = "100%";
          content = {
            type = "filesystem";
            format = "ext4";
            mountpoint = "/";
          };
        };
      };
    };
  };

  boot.loader.grub.enable = true;
}
