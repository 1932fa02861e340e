{
  description = "Guest image with a service of our own, for Faultline's tests";

  # Your clone of Faultline, or where you mirror it.
  inputs.faultline.url = "git+file:///srv/faultline";

  outputs =
    { faultline, ... }:
    {
      packages.x86_64-linux.default = faultline.lib.mkGuestImage {
        modules = [
          faultline.nixosModules.etcd
          ./chainfire.nix
        ];
      };
    };
}
