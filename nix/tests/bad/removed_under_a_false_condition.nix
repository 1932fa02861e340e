# removed_under_a_false_condition.nix: the option `boot.initrd.postMountCommands` does not exist
{ lib, ... }:
{
  boot.initrd = lib.mkIf false { postMountCommands = "true"; };
}
