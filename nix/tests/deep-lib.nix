# The modules with the module system of a real `lib`, its options those of options.json.
{ lib, disko }:
let
  data = builtins.fromJSON (builtins.readFile ./options.json);
  inherit (builtins) elemAt;
  inherit (lib) mkOption types;

  # Types that are named alike; the others are checked by `run`.
  typeOf =
    name:
    if lib.hasPrefix "listOf " name || name == "module names" then
      types.listOf types.anything
    else if lib.hasPrefix "attrsOf " name || name == "attrs" then
      types.attrsOf types.anything
    else
      {
        inherit (types)
          bool
          int
          lines
          package
          path
          raw
          str
          ;
      }
      .${name} or types.anything;

  # "a.b.<name>.c" and the like, as a tree of options.
  tree =
    entries:
    let
      named = builtins.groupBy (entry: builtins.head entry.path) entries;
      isNamed = entry: elemAt entry.path 1 == "<name>";
      below = map (entry: entry // { path = builtins.tail entry.path; });
      node =
        group:
        if (builtins.head group).path == [ (builtins.head (builtins.head group).path) ] then
          mkOption { type = typeOf (builtins.head group).type; }
        else if lib.any isNamed group then
          mkOption {
            default = { };
            type = types.attrsOf (element (lib.filter isNamed group));
          }
        else
          tree (below group);
      # What an attribute of an `attrsOf` is: a value, or options again.
      element =
        group:
        if lib.any (entry: builtins.length entry.path == 2) group then
          types.anything
        else
          types.submodule { options = tree (below (below group)); };
    in
    lib.mapAttrs (_: node) named;

  pkgs = import ./pkgs.nix {
    inherit lib;
    names = data.packages;
  };
  evaluated = lib.evalModules {
    specialArgs.modulesPath = toString ./deep-modules;
    modules = [
      {
        options = tree (
          lib.mapAttrsToList (name: type: {
            path = lib.splitString "." name;
            inherit type;
          }) data.options
        );
        config = {
          _module.args = { inherit pkgs; };
          boot.kernelParams = [ ];
          system.build = {
            kernel = pkgs.coreutils;
            netbootRamdisk = pkgs.coreutils;
            toplevel = pkgs.coreutils;
          };
          system.boot.loader.kernelFile = "bzImage";
          system.nixos.release = data.release;
        };
      }
      ../modules/netboot.nix
      ../modules/etcd.nix
    ];
  };
  inherit (evaluated) config;

  layout.disko = (import ../modules/installed.nix).disko;
  disk = lib.evalModules {
    modules = [
      { config._module.freeformType = types.attrsOf types.anything; }
      { imports = lib.toList ((import disko { inherit lib; }).config layout); }
    ];
  };
in
{
  # What package.nix, shell.nix and checks.nix take from `lib`; Debian's Nix is too old to call it.
  problems = map (name: "lib.${name} is missing") (
    lib.filter (name: !lib.hasAttrByPath (lib.splitString "." name) lib) [
      "cmakeBool"
      "cmakeFeature"
      "fileset.fileFilter"
      "fileset.toSource"
      "fileset.unions"
      "licenses.mit"
      "makeBinPath"
    ]
  );
  units = { };
  evaluated = {
    release = lib.version;
    command_line = toString config.boot.kernelParams;
    etcd = config.systemd.services.faultline-etcd.serviceConfig.ExecStart;
    sshd = config.services.openssh.settings.AuthenticationMethods;
    image = config.system.build.faultlineImage.name;
    description = config.system.build.faultlineImage.passthru.files.description.text;
  }
  // lib.optionalAttrs (disko != null) {
    root_file_system = disk.config.fileSystems."/".device;
    boot_loader_on = disk.config.boot.loader.grub.devices;
  };
}
