# etcd as a member of a cluster under test: installed, not configured, not started.
{ pkgs, ... }:
let
  etcd = pkgs.etcd_3_6;
in
{
  imports = [ ./guest.nix ];

  environment.systemPackages = [ etcd ];
  faultline.services.etcd = etcd.version;

  systemd.services.faultline-etcd = {
    description = "etcd, a member of the cluster under test";
    after = [ "faultline-guest.service" ];
    serviceConfig = {
      # Not `notify`: a member is started long before it has a quorum to be ready with.
      Type = "simple";
      ExecStart = "${etcd}/bin/etcd --config-file /var/lib/state/etcd/etcd.yaml";
      Restart = "no";
      LimitNOFILE = 65536;
      # Go looks after its threads every 20 us: an emulated guest spent a tenth of its time on that.
      TimerSlackNSec = "2ms";
      TimeoutStopSec = 5;
    };
  };
}
