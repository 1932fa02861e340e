# libvirt as the manager of the virtual machines of a host under test: installed, configured as on the
# Debian image, not started.
{ pkgs, ... }:
let
  # The image lies in memory: without what manages no QEMU.
  libvirt = pkgs.libvirt.override {
    enableXen = false;
    enableZfs = false;
  };
  manifest = ../../fixtures/guest/services/libvirt;
  # The machine that tests run, by the manifest's own program.
  ticker = pkgs.runCommand "ticker" { nativeBuildInputs = [ pkgs.binutils ]; } ''
    sh ${manifest}/prepare $out
  '';
in
{
  imports = [ ./guest.nix ];

  environment = {
    systemPackages = [
      libvirt
      pkgs.qemu_test
    ];
    etc = {
      "libvirt/libvirtd.conf".source = manifest + "/overlay/etc/libvirt/libvirtd.conf";
      "libvirt/qemu.conf".source = manifest + "/overlay/etc/libvirt/qemu.conf";
    };
  };
  faultline.services.libvirt = libvirt.version;

  systemd = {
    tmpfiles.rules = [
      "d /usr/share/faultline 0755 root root -"
      "L+ /usr/share/faultline/ticker - - - - ${ticker}/usr/share/faultline/ticker"
      "L+ /etc/libvirt/qemu - - - - /var/lib/state/libvirt/definitions"
    ];
    services.faultline-libvirt = {
      description = "libvirt, the manager of the virtual machines of this host";
      after = [ "faultline-guest.service" ];
      path = [ pkgs.qemu_test ];
      serviceConfig = {
        Type = "notify";
        # What is defined outlives a power cut.
        ExecStartPre = "${pkgs.coreutils}/bin/mkdir -p /var/lib/state/libvirt/definitions";
        ExecStart = "${libvirt}/bin/libvirtd --listen";
        # Machines go on while their manager is away.
        KillMode = "process";
        Restart = "no";
        RuntimeDirectory = "libvirt";
        RuntimeDirectoryPreserve = true;
        TimeoutStopSec = 5;
        TimeoutStartSec = 300;
      };
    };
  };
}
