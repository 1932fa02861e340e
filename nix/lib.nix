# What `lib` of the flake offers to other flakes.
{ nixpkgs, nixosModules }:
rec {
  # A NixOS system that keeps the guest contract and boots from the network; `modules` bring the
  # services. It is x86-64, as the agent and the machine model are.
  mkGuest =
    {
      modules ? [ ],
      specialArgs ? { },
    }:
    nixpkgs.lib.nixosSystem {
      inherit specialArgs;
      modules = [
        nixosModules.netboot
        { nixpkgs.hostPlatform = "x86_64-linux"; }
      ]
      ++ modules;
    };

  # Its image: the directory for FAULTLINE_IMAGE.
  mkGuestImage = arguments: (mkGuest arguments).config.system.build.faultlineImage;
}
