# The netbooted guest with a Nix of its own, from which nixos-anywhere installs another
# system on a disk (docs/nix.md).
{
  imports = [ ./netboot.nix ];

  nix.enable = true;
  # nixos-anywhere then installs from this system instead of starting one by kexec.
  system.nixos.variant_id = "installer";

  # The store paths to install pass through memory.
  faultline.image = {
    memoryMib = 3072;
    netbootMemoryMib = 4096;
  };
}
