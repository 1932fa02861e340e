# Pacemaker on Corosync as a member of a cluster under test: installed, not configured, not started.
{ pkgs, ... }:
let
  inherit (pkgs) corosync pacemaker;
  manifest = ../../fixtures/guest/services/pacemaker;
in
{
  imports = [ ./guest.nix ];

  environment = {
    systemPackages = [
      corosync
      pacemaker
    ];
    etc."default/pacemaker".source = manifest + "/overlay/etc/default/pacemaker";
  };
  faultline.services.pacemaker = pacemaker.version;

  # Their names are compiled in.
  users = {
    users.hacluster = {
      isSystemUser = true;
      group = "haclient";
    };
    groups.haclient = { };
  };

  systemd = {
    # What a member knows outlives a power cut.
    tmpfiles.rules = [
      "L+ /etc/corosync - - - - /var/lib/state/corosync/configuration"
      "L+ /var/lib/corosync - - - - /var/lib/state/corosync/data"
      "L+ /var/lib/pacemaker - - - - /var/lib/state/pacemaker"
    ];
    services = {
      faultline-corosync = {
        description = "Corosync, membership of the cluster under test";
        after = [ "faultline-guest.service" ];
        serviceConfig = {
          Type = "notify";
          ExecStartPre = "${pkgs.coreutils}/bin/mkdir -p /var/lib/state/corosync/data /var/lib/state/corosync/configuration";
          ExecStart = "${corosync}/bin/corosync -f";
          Restart = "no";
          TimeoutStopSec = 10;
          TimeoutStartSec = 120;
        };
      };
      faultline-pacemaker = {
        description = "Pacemaker, the resources of the cluster under test";
        after = [
          "faultline-guest.service"
          "faultline-corosync.service"
        ];
        requires = [ "faultline-corosync.service" ];
        serviceConfig = {
          Type = "simple";
          ExecStartPre = "${manifest + "/overlay/usr/lib/faultline/pacemaker-directories"}";
          ExecStart = "${pacemaker}/bin/pacemakerd";
          EnvironmentFile = "-/etc/default/pacemaker";
          SuccessExitStatus = 100;
          KillMode = "process";
          TasksMax = "infinity";
          SendSIGKILL = false;
          Restart = "no";
          TimeoutStopSec = 120;
        };
      };
    };
  };
}
