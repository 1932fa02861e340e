# removed.nix: the option `system.switch.enableNg` does not exist
{
  system.switch.enableNg = true;
}
