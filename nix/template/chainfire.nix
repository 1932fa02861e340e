# A service under test: installed, not configured, not started. A test writes its
# configuration below /var/lib/state, which survives a power cut, and starts it.
{ pkgs, ... }:
let
  chainfire = pkgs.etcd_3_6; # your package
in
{
  environment.systemPackages = [ chainfire ];
  faultline.services.chainfire = chainfire.version;

  systemd.services.faultline-chainfire = {
    description = "ChainFire, a member of the cluster under test";
    after = [ "faultline-guest.service" ];
    serviceConfig = {
      ExecStart = "${chainfire}/bin/etcd --config-file /var/lib/state/chainfire/config.yaml";
      Restart = "no";
      TimeoutStopSec = 5;
    };
  };
}
