# missing_module.nix: module /nixpkgs/nixos/modules/profiles/tiny.nix does not exist
{ modulesPath, ... }:
{
  imports = [ "${modulesPath}/profiles/tiny.nix" ];
}
