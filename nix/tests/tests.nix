# The tests that need no failing evaluation: a name to the list of what is wrong.
let
  inherit (import ./guests.nix { })
    data
    flake
    lib
    self
    ;
  inherit (builtins)
    attrNames
    concatLists
    concatMap
    concatStringsSep
    elem
    filter
    fromJSON
    head
    isBool
    isList
    length
    match
    pathExists
    readFile
    ;

  lock = fromJSON (readFile ../../flake.lock);
  guest = self.nixosConfigurations.guest.config;
  debian = ../../fixtures/guest;

  unless = condition: message: if condition then [ ] else [ message ];
  allLines = lib.splitString "\n";
  lines = file: filter (line: line != "" && !(lib.hasPrefix "#" line)) (allLines (readFile file));

  # "Key=value" of one section of a unit file, and of the attributes of a NixOS unit.
  keyAndValue = line: match "([^=]*)=(.*)" line;
  serviceSection =
    file:
    let
      text = lib.splitString "[Service]" (concatStringsSep "\n" (lines file));
    in
    filter (pair: pair != null) (map keyAndValue (allLines (builtins.elemAt text 1)));
  unitText = value: if isBool value then (if value then "yes" else "no") else toString value;
  # Where a program lies is what differs between distributions.
  program =
    text:
    lib.concatMapStringsSep "" (part: if isList part then builtins.elemAt part 1 else part) (
      builtins.split "^[^ ]*/([0-9a-z]{32}-)?([^/ ]+)" text
    );
  sameSetting =
    unit: pair:
    let
      key = head pair;
      expected = program (builtins.elemAt pair 1);
      service = all.systemd.services.${unit}.serviceConfig;
      found = program (unitText (service.${key} or "nothing"));
    in
    unless (found == expected) "${unit}.service has ${key}=${found}, the Debian image's ${expected}";
  # The guest's own overlay and those of the services' manifests.
  overlays = [
    (debian + "/overlay")
  ]
  ++ map (service: debian + "/services/${service}/overlay") (attrNames (builtins.readDir (debian + "/services")));
  debianService =
    unit:
    serviceSection (
      head (filter pathExists (map (overlay: overlay + "/etc/systemd/system/${unit}.service") overlays))
    );
  sameService = unit: concatMap (sameSetting unit) (debianService unit);

  inherit (self.packages.x86_64-linux) faultline;
  filesBelow =
    directory:
    concatLists (
      lib.mapAttrsToList (
        name: type:
        if type == "directory" then filesBelow (directory + "/${name}") else [ (directory + "/${name}") ]
      ) (builtins.readDir directory)
    );
  sources = filter (file: match ".*[.](cc|h|txt|cmake|in)" (toString file) != null);
  cmakeFiles = filter (file: match ".*(CMakeLists.txt|[.]cmake)" (toString file) != null) (
    [ ../../CMakeLists.txt ] ++ filesBelow ../../cmake ++ filesBelow ../../lib ++ filesBelow ../../tests
  );
  libraryFiles = sources (filesBelow ../../lib);
  # The groups of a pattern, wherever it matches.
  matches = pattern: text: filter isList (builtins.split pattern text);
  # The repository's files and folders, as far as they are kept.
  topLevel = filter (name: !(elem name [ ".git" "build" "faultline-runs" "result" ])) (
    attrNames (builtins.readDir ../../.)
  );

  text = file: readFile (debian + "/${file}");
  contains = part: whole: length (lib.splitString part whole) > 1;

  lower = lib.mapAttrsToList (name: value: {
    name = lowerCase name;
    inherit value;
  }) guest.services.openssh.settings;
  lowerCase =
    let
      letters = lib.splitString " ";
    in
    builtins.replaceStrings (letters "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z") (
      letters "a b c d e f g h i j k l m n o p q r s t u v w x y z"
    );
  sshdSettings = builtins.listToAttrs lower;
  sshdText = value: if isList value then concatStringsSep "," value else unitText value;
  sameSshd =
    line:
    let
      pair = match "([A-Za-z0-9]+) (.*)" line;
      key = head pair;
      expected = builtins.elemAt pair 1;
      openssh = guest.services.openssh;
      found =
        if key == "HostKey" then
          (head openssh.hostKeys).path
        else if key == "Subsystem" then
          "sftp ${openssh.sftpServerExecutable}"
        else if key == "ListenAddress" then
          if guest.networking.enableIPv6 then "both protocols" else "0.0.0.0"
        else
          sshdText (sshdSettings.${lowerCase key} or "nothing");
    in
    unless (found == expected) "sshd has ${key} ${found}, the Debian image's ${expected}";

  lockedInput =
    name:
    let
      node = lock.nodes.${lock.nodes.root.inputs.${name}};
      locked = node.locked;
    in
    unless (match "[0-9a-f]{40}" locked.rev != null) "${name}: no revision"
    ++ unless (match "sha256-[A-Za-z0-9+/]{43}=" locked.narHash != null) "${name}: no hash"
    ++ unless (locked.lastModified > 1700000000) "${name}: no date"
    ++ unless (sameOrigin name node.original) "${name}: flake.nix asks for another input";
  sameOrigin =
    name: original:
    flake.inputs.${name}.url == concatStringsSep "/" (
      [
        "github:${original.owner}"
        original.repo
      ]
      ++ lib.toList (original.ref or [ ])
    );
  follows =
    name:
    let
      wanted = lib.mapAttrs (_: input: [ input.follows ]) (flake.inputs.${name}.inputs or { });
    in
    unless (wanted == lock.nodes.${name}.inputs or { }) "${name}: its `follows` differ";

  outputs = {
    lib = [
      "mkGuest"
      "mkGuestImage"
    ];
    nixosModules = [
      "default"
      "etcd"
      "guest"
      "installed"
      "installer"
      "keepalived"
      "libvirt"
      "netboot"
      "openldap"
      "ovsdb"
      "pacemaker"
    ];
    nixosConfigurations = [
      "guest"
      "guest-all"
      "installed"
      "installer"
    ];
    packages = [
      "default"
      "faultline"
      "guest"
      "guest-all"
      "installer"
    ];
    legacyPackages = [ "t040" ];
    devShells = [
      "default"
      "unit"
    ];
    checks = [
      "formatting"
      "guests"
      "modules"
      "t040"
      "unit"
    ];
    templates = [ "default" ];
  };
  perSystem = [
    "packages"
    "legacyPackages"
    "devShells"
    "checks"
  ];
  offered = name: attrNames (if elem name perSystem then self.${name}.x86_64-linux else self.${name});
  offers = name: expected: unless (offered name == expected) "${name}: ${toString (offered name)}";

  image = self.packages.x86_64-linux.guest;

  # Every service of the project is in one guest, as its manifest says.
  everything = self.packages.x86_64-linux.guest-all;
  all = self.nixosConfigurations.guest-all.config;
  services = attrNames (builtins.readDir (debian + "/services"));
  unitsOf =
    service:
    filter (
      unit: pathExists (debian + "/services/${service}/overlay/etc/systemd/system/${unit}")
    ) (map (line: lib.removeSuffix " " line) (lines (debian + "/services/${service}/units")));
in
{
  "flake: every input is pinned" = concatMap lockedInput (attrNames flake.inputs);
  "flake: the lock has the inputs of flake.nix and no other" =
    unless (attrNames flake.inputs == attrNames lock.nodes.root.inputs) "the names differ"
    ++ unless (
      length (attrNames lock.nodes) == 1 + length (attrNames flake.inputs)
    ) "there are more nodes than inputs"
    ++ unless (lock.version == 7 && lock.root == "root") "not a lock of version 7";
  "flake: follows are locked" = concatMap follows (attrNames flake.inputs);
  "flake: outputs" = concatLists (lib.mapAttrsToList offers outputs);
  "flake: the template evaluates to an image" =
    let
      template = (import ../template/flake.nix).outputs {
        self = { };
        faultline = self;
      };
    in
    unless (
      pathExists (self.templates.default.path + "/flake.nix")
      && template.packages.x86_64-linux.default.name == "faultline-guest-image"
    ) "it does not"
    ++ unless (
      attrNames (fromJSON template.packages.x86_64-linux.default.passthru.files.description.text).services
      == [
        "chainfire"
        "etcd"
      ]
    ) "scenarios of T040 look for the services of its image, etcd among them";
  "flake: a guest is x86-64, as the agent is" =
    unless (!((builtins.functionArgs self.lib.mkGuest) ? system)) "mkGuest takes a system"
    ++ unless (guest.nixpkgs.hostPlatform == "x86_64-linux") "hostPlatform";
  "flake: the shell carries the image and a ctest that builds" =
    let
      shell = self.devShells.x86_64-linux.default;
    in
    unless (shell.FAULTLINE_IMAGE == image) "FAULTLINE_IMAGE is not the guest"
    ++ unless (!(self.devShells.x86_64-linux.unit ? FAULTLINE_IMAGE)) "unit tests build the guest"
    ++ unless (match ".*/[^/]*-ctest/bin:.*" shell.shellHook != null) "its ctest is not the first";

  "guest: every definition is of its option's type" = builtins.deepSeq guest [ ];
  "installer: every definition is of its option's type" =
    builtins.deepSeq self.nixosConfigurations.installer.config
      [ ];
  "installed: every definition is of its option's type" =
    builtins.deepSeq self.nixosConfigurations.installed.config
      [ ];
  "guest: without a Nix, nothing loads its database" =
    unless (guest.boot.postBootCommands == "") "postBootCommands"
    ++ unless (guest.systemd.services.register-nix-paths.enable == false) "register-nix-paths";
  "installer: with a Nix, its database is loaded" =
    let
      installer = self.nixosConfigurations.installer.config;
    in
    unless (installer.nix.enable && installer.boot.postBootCommands == null) "postBootCommands";

  "contract: the units are the Debian image's" = concatMap sameService (
    [
      "faultline-guest"
      "faultline-power-button"
      "faultline-ovsdb-control"
      "faultline-address-feed"
    ]
    ++ map (lib.removeSuffix ".service") (concatMap unitsOf services)
  );
  "contract: every service with a manifest is a module" =
    concatMap (
      service:
      unless (elem service (attrNames self.nixosModules)) "no module ${service}"
      ++ unless (all.faultline.services ? ${service}) "${service} is not in guest-all"
    ) services
    ++ unless (length (concatMap unitsOf services) >= 5) "the search finds no units";
  "contract: sshd is started as the Debian image's" =
    concatMap (sameSetting "sshd") (
      filter (
        pair:
        elem (head pair) [
          "Type"
          "OOMScoreAdjust"
        ]
      ) (debianService "ssh")
    )
    ++ unless (
      !(guest.systemd.services.sshd ? after) && !(guest.systemd.services.faultline-guest ? before)
    ) "it waits for the agent before it comes to the gate";
  "contract: sshd, the agent and tmpfiles mean the same files" =
    let
      inherit (guest.services.openssh) settings;
      made = "p ${settings.Include} 0600 root root -";
    in
    unless (contains ''gate = "${settings.Include}"'' (text "agent/sshd.h")) "the gate"
    ++ unless (contains ''pid_file = "${settings.PidFile}"'' (text "agent/sshd.h")) "the pid file"
    ++ unless (elem made guest.systemd.tmpfiles.rules) "no FIFO";
  "contract: the agent is compiled as for the Debian image" =
    let
      flags = "-std=c++20 -Os -static -s -Wall -Wextra ";
    in
    unless (contains flags (text "build-image")) "build-image has other flags"
    ++ unless (contains flags (readFile ../agent.nix)) "agent.nix has other flags";
  "contract: the initrd loads the Debian image's virtio drivers" = concatMap (
    name: unless (!(lib.hasPrefix "virtio_" name) || elem name guest.boot.initrd.kernelModules) name
  ) (lines (debian + "/initrd/modules"));
  "contract: root's shell is sh" = unless (guest.users.users.root.shell == "/bin/sh") "it is not";
  "contract: services are installed and not started" = concatMap (
    unit:
    unless (!(all.systemd.services.${lib.removeSuffix ".service" unit} ? wantedBy)) "${unit} starts by itself"
  ) (concatMap unitsOf services);
  "contract: sshd is the Debian image's" =
    concatMap sameSshd (lines (debian + "/overlay/etc/ssh/sshd_config"))
    ++ unless (guest.users.users.root.hashedPassword == "*") "without PAM it refuses a locked root";
  "contract: the kernel command line has the Debian image's words" = concatMap (
    word: unless (elem word guest.boot.kernelParams || lib.hasPrefix "lsm=" word) word
  ) (lib.splitString " " (lib.removeSuffix "\n" (readFile (debian + "/cmdline"))));
  "contract: journald and systemd read the Debian image's files" =
    let
      file = name: "/overlay/etc/systemd/${name}.conf.d/faultline.conf";
      etc = name: guest.environment.etc."systemd/${name}.conf.d/faultline.conf";
      # Gone since systemd 262, which says so at each start.
      gone = [ "DefaultCPUAccounting=no" ];
      wanted = filter (line: !(elem line gone)) (allLines (text (file "system")));
    in
    unless ((etc "journald").source == debian + file "journald") "journald"
    ++ unless (allLines (etc "system").text == wanted) "systemd";
  "contract: a unit without a PATH of its own has the PATH of a command over SSH" =
    unless (
      guest.systemd.settings.Manager.DefaultEnvironment == guest.services.openssh.settings.SetEnv
    ) "systemd's default is another one";
  "contract: nothing talks on the console but the agent" = concatLists (
    lib.mapAttrsToList (
      target: wanted:
      concatMap (
        unit:
        let
          name = lib.removeSuffix ".service" unit;
        in
        unless (
          guest.systemd.services.${name}.enable or true == false
        ) "${target} wants ${unit}, which is not off"
      ) wanted
    ) data.wants
  );
  "contract: the identity's files can be written" =
    unless (guest.environment.etc.hosts.enable == false) "/etc/hosts is a link into the store"
    ++ unless (guest.networking.hostName == "") "/etc/hostname is a link into the store";

  "package: its version is CMake's" =
    let
      version = self.packages.x86_64-linux.faultline.version;
      project = match ".*project\\(faultline VERSION ([0-9.]+) .*" (readFile ../../CMakeLists.txt);
    in
    unless (project == [ version ]) "package.nix says ${version}";
  "package: its source holds what CMake and the tests name" =
    let
      held = map baseNameOf faultline.src.fileset;
      named = filter (
        name: lib.any (file: contains name (readFile file)) (sources (filesBelow ../../tests) ++ cmakeFiles)
      ) topLevel;
    in
    concatMap (name: unless (elem name held) "${name} is named, and not in the file set") named
    ++ unless (elem "cmake" named && elem "docs" named) "the search finds nothing";
  "package: it installs below the prefix it is told" =
    let
      directories = lib.unique (
        concatMap (
          file:
          map (groups: builtins.elemAt groups 1) (
            matches "CMAKE_INSTALL_(FULL_)?([A-Z]+DIR)[^A-Z]" (readFile file)
          )
        ) cmakeFiles
      );
      relative =
        name: lib.any (flag: match "-DCMAKE_INSTALL_${name}:STRING=[^/].*" flag != null) faultline.cmakeFlags;
    in
    concatMap (name: unless (relative name) "${name} is where nixpkgs' hook puts it") directories
    ++ unless (elem "LIBEXECDIR" directories) "the search finds nothing";
  "package: its tests find the programs that they start" = concatMap (
    name:
    unless (lib.any (package: package.name == name) self.checks.x86_64-linux.unit.nativeCheckInputs) "${name} is missing"
  ) [
    "e2fsprogs"
    "etcd_3_6"
    "nix"
    "openssh"
    "openvswitch"
    "procps"
    "qemu_test"
    "vde2"
  ];
  "t040: a derivation each, whose output is its report" =
    let
      inherit (import ../t040-names.nix { inherit lib; }) role otherRoles scenarios;
      inherit (self.legacyPackages.x86_64-linux) t040;
      wrong =
        { name, attribute, ... }@scenario:
        unless (contains "t040_${scenario.step} --gtest_filter=${scenario.suite}.${name}\n" t040.${attribute}.script)
          "${attribute}: another program or filter"
        ++ unless (t040.${attribute}.requiredSystemFeatures == [ "nixos-test" ]) "${attribute}: its features"
        ++ unless (
          t040.${attribute}.FAULTLINE_IMAGE
          == (
            if scenario.suite == role || (scenario.step == "s1" && !elem scenario.suite otherRoles) then
              image
            else
              everything
          )
        ) "${attribute}: its image"
        ++ unless (t040.all.entries.${attribute} == t040.${attribute}) "${attribute} is not among all"
        ++ unless (elem "t040_${scenario.step}" faultline.ninjaFlags) "t040_${scenario.step} is not in the package";
    in
    concatMap wrong scenarios
    ++ unless (length (attrNames t040.all.entries) == length scenarios) "two have one name";
  "t040: the check is all of it" =
    unless (
      self.checks.x86_64-linux.t040.entries == self.legacyPackages.x86_64-linux.t040.all.entries
    ) "it is not";
  "guest: no path of a program is fixed in what runs on it" =
    let
      fixed = text: map (groups: head groups) (matches "[^a-z!/](/(usr/)?s?bin/[a-z]+)" text);
      # On the host, where NixOS has it too.
      allowed = [ "/usr/bin/env" ];
      runsThere = filesBelow ../../tests/harness ++ filesBelow ../../tests/t040 ++ libraryFiles;
    in
    concatMap (
      file:
      concatMap (
        path: unless (elem path allowed) "${baseNameOf (toString file)} has ${path}"
      ) (fixed (readFile file))
    ) runsThere
    ++ unless (fixed "mount x /usr/bin/etcd" == [ "/usr/bin/etcd" ]) "the search finds nothing";

  "data: options.json is of the flake's release" =
    unless (flake.inputs.nixpkgs.url == "github:NixOS/nixpkgs/nixos-${data.release}") "another release"
    ++ unless (guest.system.stateVersion == data.release) "stateVersion";
}
