# misspelt_in_a_unit.nix: the option `systemd.services.faultline-etcd.servicesConfig` does not exist
{
  systemd.services.faultline-etcd.servicesConfig.Restart = "no";
}
