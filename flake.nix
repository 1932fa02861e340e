{
  description = "Boots real virtual machines, breaks them on purpose, and proves what held";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    disko = {
      url = "github:nix-community/disko";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    {
      self,
      nixpkgs,
      disko,
    }:
    let
      # The guests and the machine model are x86-64.
      system = "x86_64-linux";
      pkgs = nixpkgs.legacyPackages.${system};
      images = nixpkgs.lib.mapAttrs (_: guest: guest.config.system.build.faultlineImage) {
        inherit (self.nixosConfigurations) guest guest-all installer;
      };
    in
    {
      lib = import ./nix/lib.nix {
        inherit nixpkgs;
        inherit (self) nixosModules;
      };

      nixosModules = {
        default = self.nixosModules.netboot;
        guest = ./nix/modules/guest.nix;
        netboot = ./nix/modules/netboot.nix;
        etcd = ./nix/modules/etcd.nix;
        keepalived = ./nix/modules/keepalived.nix;
        libvirt = ./nix/modules/libvirt.nix;
        openldap = ./nix/modules/openldap.nix;
        ovsdb = ./nix/modules/ovsdb.nix;
        pacemaker = ./nix/modules/pacemaker.nix;
        installer = ./nix/modules/installer.nix;
        installed = ./nix/modules/installed.nix;
      };

      nixosConfigurations = {
        guest = self.lib.mkGuest { modules = [ self.nixosModules.etcd ]; };
        # With every service of this project, as the scenarios beyond the stores need them.
        guest-all = self.lib.mkGuest {
          modules = [
            self.nixosModules.etcd
            self.nixosModules.keepalived
            self.nixosModules.libvirt
            self.nixosModules.openldap
            self.nixosModules.ovsdb
            self.nixosModules.pacemaker
            # The services' programs lie in memory, too, and a host has machines inside it.
            {
              faultline.image = {
                memoryMib = 2048;
                netbootMemoryMib = 3072;
              };
            }
          ];
        };
        installer = self.lib.mkGuest { modules = [ self.nixosModules.installer ]; };
        installed = nixpkgs.lib.nixosSystem {
          modules = [
            disko.nixosModules.disko
            self.nixosModules.installed
            self.nixosModules.etcd
            { nixpkgs.hostPlatform = system; }
          ];
        };
      };

      packages.${system} = images // {
        default = self.packages.${system}.faultline;
        faultline = pkgs.callPackage ./nix/package.nix { };
      };

      # `nix build .#t040.<scenario>`. Not among the packages, each of which must be a derivation.
      legacyPackages.${system}.t040 = pkgs.callPackage ./nix/t040.nix {
        inherit (self.packages.${system}) faultline guest guest-all;
      };

      devShells.${system} = {
        default = pkgs.callPackage ./nix/shell.nix {
          inherit (self.packages.${system}) faultline guest;
        };
        # Without the guest, which is not built for it.
        unit = pkgs.callPackage ./nix/shell.nix {
          inherit (self.packages.${system}) faultline;
          guest = null;
        };
      };

      # `callPackage` puts functions beside what the file returns, and each check is a derivation.
      checks.${system} =
        removeAttrs
          (pkgs.callPackage ./nix/checks.nix {
            inherit (self) nixosConfigurations;
            inherit (self.packages.${system}) faultline;
            t040 = self.legacyPackages.${system}.t040.all;
          })
          [
            "override"
            "overrideDerivation"
          ];

      formatter.${system} = pkgs.nixfmt-tree;

      templates.default = {
        path = ./nix/template;
        description = "A guest image with a service of your own";
      };
    };
}
