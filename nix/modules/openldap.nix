# OpenLDAP as a provider of a directory under test: installed, not configured, not started.
{ pkgs, ... }:
let
  inherit (pkgs) openldap;
  manifest = ../../fixtures/guest/services/openldap;
in
{
  imports = [ ./guest.nix ];

  environment.systemPackages = [ openldap ];
  faultline.services.openldap = openldap.version;

  systemd.services.faultline-openldap = {
    description = "slapd, a provider of the directory under test";
    after = [ "faultline-guest.service" ];
    path = [ openldap ];
    environment = {
      SCHEMA = "${openldap}/etc/schema";
      MODULES = "${openldap}/lib/modules";
    };
    serviceConfig = {
      Type = "simple";
      RuntimeDirectory = "faultline-openldap";
      ExecStart = "${manifest + "/overlay/usr/lib/faultline/openldap-provider"}";
      Restart = "no";
      LimitNOFILE = 65536;
      TimeoutStopSec = 10;
    };
  };
}
