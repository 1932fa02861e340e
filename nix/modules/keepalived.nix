# keepalived, which moves an address among the nodes under test: installed, not configured, not started.
{ pkgs, ... }:
let
  inherit (pkgs) coreutils iproute2 keepalived perl;
  manifest = ../../fixtures/guest/services/keepalived;
  program = name: "${manifest + "/overlay/usr/lib/faultline/${name}"}";
in
{
  imports = [ ./guest.nix ];

  environment.systemPackages = [ keepalived ];
  faultline.services.keepalived = keepalived.version;

  systemd = {
    # keepalived's track script, where its configuration names it.
    tmpfiles.rules = [ "L+ /usr/lib/faultline/address-check - - - - ${program "address-check"}" ];
    services = {
      faultline-keepalived = {
        description = "keepalived, which moves the address under test";
        wants = [ "faultline-address-feed.service" ];
        after = [
          "faultline-guest.service"
          "faultline-responder.service"
          "faultline-address-feed.service"
        ];
        serviceConfig = {
          Type = "simple";
          ExecStart = "${keepalived}/bin/keepalived --vrrp --dont-fork --log-detail --use-file=/var/lib/state/keepalived/keepalived.conf";
          Restart = "no";
          TimeoutStopSec = 5;
        };
      };
      faultline-responder = {
        description = "Says which node answers";
        after = [ "faultline-guest.service" ];
        path = [
          coreutils
          perl
        ];
        serviceConfig = {
          Type = "simple";
          ExecStart = program "responder";
          Restart = "no";
          TimeoutStopSec = 5;
        };
      };
      faultline-address-feed = {
        description = "Tells the test which addresses come and go";
        after = [ "faultline-guest.service" ];
        path = [ iproute2 ];
        serviceConfig = {
          Type = "simple";
          ExecStart = program "address-feed";
          Restart = "no";
          TimeoutStopSec = 5;
        };
      };
    };
  };
}
