# wrong_type.nix: the option `networking.firewall.enable` is not of type `bool`
{ lib, ... }:
{
  networking.firewall.enable = lib.mkForce "no";
}
