# What `lib` of the flake offers to other flakes.
{ nixpkgs, nixosModules }:
rec {
  # A NixOS system that keeps the guest contract and boots from the network; `modules` bring the
  # services.
  mkGuest =
    {
      modules ? [ ],
      system ? "x86_64-linux",
      specialArgs ? { },
    }:
    nixpkgs.lib.nixosSystem {
      inherit specialArgs;
      modules = [
        nixosModules.netboot
        { nixpkgs.hostPlatform = system; }
      ]
      ++ modules;
    };

  # Its image: the directory for FAULTLINE_IMAGE.
  mkGuestImage = arguments: (mkGuest arguments).config.system.build.faultlineImage;
}
