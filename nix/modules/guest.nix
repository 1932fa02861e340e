# The guest contract (docs/guest-contract.md) on NixOS. How the machine boots, from
# the network or from a disk, is another module's matter.
{
  config,
  lib,
  modulesPath,
  pkgs,
  ...
}:
let
  debian = ../../fixtures/guest;

  # One list for both images. NixOS has an option of its own for the security modules.
  words = lib.splitString " " (lib.removeSuffix "\n" (builtins.readFile (debian + "/cmdline")));
  kernelParams = lib.filter (word: !(lib.hasPrefix "lsm=" word)) words;
  securityModules = map (lib.removePrefix "lsm=") (lib.filter (lib.hasPrefix "lsm=") words);

  agent = pkgs.callPackage ../agent.nix { };

  # The Debian image's, but for a word that a newer systemd does not know.
  systemConf = lib.concatStringsSep "\n" (
    lib.filter (line: !(lib.hasPrefix "DefaultCPUAccounting=" line)) (
      lib.splitString "\n" (
        builtins.readFile (debian + "/overlay/etc/systemd/system.conf.d/faultline.conf")
      )
    )
  );

  # From the manifests of the services that are here (docs/guest-contract.md).
  serviceWarmUps = lib.filter builtins.pathExists (
    map (service: debian + "/services/${service}/warm-up") (
      builtins.attrNames config.faultline.services
    )
  );

  # What tests start, read whole; then the Debian image's own, which skips what is not here.
  warmUp = pkgs.writeShellScript "warm-up" ''
    export PATH=/run/current-system/sw/bin
    for program in ${toString (builtins.attrNames config.faultline.services)} \
      bash etcdctl ip journalctl nft ping pkill ss systemctl tc; do
      cat "$(command -v $program)"
    done >/dev/null 2>&1
    cat /run/current-system/systemd/lib/systemd/{systemd,libsystemd-*.so} >/dev/null 2>&1
    ${lib.concatMapStringsSep "\n" (warmUp: "(. ${warmUp})") serviceWarmUps}
    . ${debian + "/overlay/usr/lib/faultline/warm-up"}
  '';
in
{
  imports = [ "${modulesPath}/profiles/minimal.nix" ];

  options.faultline.services = lib.mkOption {
    type = lib.types.attrsOf lib.types.str;
    default = { };
    example = {
      etcd = "3.6.10";
    };
    description = ''
      The services that a test can start in this guest, with their versions.
      `image.json` repeats them, so that a test can ask what it runs on.
    '';
  };

  config = {
    boot = {
      inherit kernelParams;
      initrd = {
        systemd.enable = true;
        systemd.tpm2.enable = false;
        services.lvm.enable = false;
        # Without it systemd does not see the SMBIOS strings that carry the credentials.
        availableKernelModules = [ "dmi_sysfs" ];
        # Loaded, not merely available: the agent does not wait for udev to find them.
        kernelModules = [
          "virtio_pci"
          "virtio_blk"
          "virtio_console"
          "virtio_net"
          "virtio_rng"
        ];
      };
      swraid.enable = false;
      bcache.enable = false;
      enableContainers = false;
    };

    networking = {
      # The name, the addresses and the hosts come with each run: faultline-guest.service.
      hostName = "";
      useDHCP = false;
      dhcpcd.enable = false;
      resolvconf.enable = false;
      usePredictableInterfaceNames = false;
      # With IPv6 on, NixOS writes 0 to the sysctl that the kernel command line set.
      enableIPv6 = false;
      firewall.enable = false;
    };

    environment = {
      etc = {
        # A link into the store could not be written.
        hosts.enable = false;
        "systemd/journald.conf.d/faultline.conf".source =
          debian + "/overlay/etc/systemd/journald.conf.d/faultline.conf";
        "systemd/system.conf.d/faultline.conf".text = systemConf;
      };
      defaultPackages = [ ];
      systemPackages = [
        pkgs.e2fsprogs
        pkgs.iproute2
        pkgs.iputils
        pkgs.nftables
        pkgs.procps
      ];
    };

    services = {
      openssh = {
        enable = true;
        # The only host key is the one that faultline-guest.service puts there.
        generateHostKeys = false;
        hostKeys = [
          {
            type = "ed25519";
            path = "/etc/ssh/ssh_host_ed25519_key";
          }
        ];
        sftpServerExecutable = "internal-sftp";
        settings = {
          # A FIFO: sshd waits here for its keys. The agent knows both paths.
          Include = "/usr/lib/faultline/sshd-gate";
          PidFile = "/run/sshd.pid";
          PermitRootLogin = "prohibit-password";
          AuthenticationMethods = "publickey";
          PasswordAuthentication = false;
          KbdInteractiveAuthentication = false;
          UsePAM = false;
          UseDns = false;
          PrintMotd = false;
          PrintLastLog = false;
          X11Forwarding = false;
          MaxSessions = 100;
          MaxStartups = 100;
          ClientAliveInterval = 0;
          # The cheapest key exchange: the post-quantum one costs seconds under emulation.
          KexAlgorithms = [
            "curve25519-sha256"
            "curve25519-sha256@libssh.org"
          ];
          # A line in the journal for each connection would cost more than a command.
          LogLevel = "ERROR";
          # PAM would set it.
          SetEnv = "PATH=/run/current-system/sw/bin";
        };
      };
      timesyncd.enable = false;
      # What a machine under test has no use for costs seconds under emulation.
      lvm.enable = false;
      nscd.enable = false;
    };
    # Without nscd there are no others than those of glibc.
    system.nssModules = lib.mkForce [ ];
    # With `bpf` among them, systemd compiles a program at each start, for seconds.
    security.lsm = lib.mkForce (lib.concatMap (lib.splitString ",") securityModules);
    security.enableWrappers = false;
    security.sudo.enable = false;
    systemd.oomd.enable = false;
    systemd.coredump.enable = false;
    programs.nano.enable = false;
    fonts.fontconfig.enable = false;

    users = {
      mutableUsers = false;
      allowNoPasswordLogin = true;
      # No password fits, but the account is not locked: without PAM, sshd refuses a locked one
      # even by key.
      users.root.hashedPassword = "*";
      # Each command over SSH starts the shell: as sh, it reads no start-up file.
      users.root.shell = "/bin/sh";
    };

    # Otherwise a transient unit finds systemd's own programs and no others.
    systemd.settings.Manager.DefaultEnvironment = "PATH=/run/current-system/sw/bin";

    # There is none, and its device units would be waited for.
    systemd.tpm2.enable = false;

    # Where the agent and the library look for them, on every image.
    systemd.tmpfiles.rules = [
      "d /usr/lib/faultline 0755 root root -"
      "p /usr/lib/faultline/sshd-gate 0600 root root -"
      "L+ /usr/lib/faultline/warm-up - - - - ${warmUp}"
    ];

    systemd.services = {
      faultline-guest = {
        description = "Identity of this machine, as handed in by the host";
        wantedBy = [ "multi-user.target" ];
        path = [ pkgs.e2fsprogs ];
        serviceConfig = {
          # Ready once the identity is set; goes on to answer the host.
          Type = "notify";
          RemainAfterExit = true;
          ExecStart = "${agent}/bin/agent";
          StandardOutput = "null";
          StandardError = "tty";
          TTYPath = "/dev/console";
          OOMScoreAdjust = -1000;
        };
      };
      # Started beside the agent, which holds it at the gate.
      sshd.serviceConfig = {
        # Whoever waits for sshd waits for its pid file: telling systemd would wake it in each
        # clone.
        Type = lib.mkForce "exec";
        OOMScoreAdjust = -1000;
      };
      # The console belongs to the readiness line.
      "serial-getty@ttyS0".enable = false;
      "getty@tty1".enable = false;
      # The name that the release's getty.target wants.
      "autovt@tty1".enable = false;
    };

    documentation.enable = false;
    nix.enable = lib.mkDefault false;
    system.switch.enable = false;
    system.stateVersion = "26.05";
  };
}
