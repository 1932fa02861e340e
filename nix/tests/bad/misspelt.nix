# misspelt.nix: the option `services.openssh.enabled` does not exist
{
  services.openssh.enabled = true;
}
