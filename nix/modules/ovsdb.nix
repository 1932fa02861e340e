# Clustered OVSDB as a member of a cluster under test: installed, not configured, not started.
{ config, pkgs, ... }:
let
  inherit (pkgs) openvswitch;
  manifest = ../../fixtures/guest/services/ovsdb;
  control = "faultline-ovsdb-control";
in
{
  imports = [ ./guest.nix ];

  environment.systemPackages = [ openvswitch ];
  faultline.services.ovsdb = openvswitch.version;

  systemd = {
    services = {
      faultline-ovsdb = {
        description = "ovsdb-server, a member of the cluster under test";
        wants = [ "${control}.socket" ];
        after = [ "faultline-guest.service" ];
        path = [ openvswitch ];
        serviceConfig = {
          Type = "simple";
          RuntimeDirectory = "faultline-ovsdb";
          ExecStart = "${manifest + "/overlay/usr/lib/faultline/ovsdb-member"}";
          Restart = "no";
          LimitNOFILE = 65536;
          TimeoutStopSec = 5;
        };
      };
      ${control} = {
        description = "The way from the control network to ovsdb-server's control socket";
        requires = [ "${control}.socket" ];
        after = [ "${control}.socket" ];
        serviceConfig.ExecStart = "${config.systemd.package}/lib/systemd/systemd-socket-proxyd /run/faultline-ovsdb/control";
      };
    };
    sockets.${control} = {
      description = "The way from the control network to ovsdb-server's control socket";
      socketConfig = {
        ListenStream = "10.0.2.15:6642";
        FreeBind = true;
      };
    };
  };
}
