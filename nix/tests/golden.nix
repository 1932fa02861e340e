# What `golden/` must hold: file name to text. `run --accept` writes it anew.
let
  inherit (builtins) concatStringsSep;
  inherit (import ./guests.nix { }) lib self;
  guest = self.nixosConfigurations.guest.config;
  image = self.packages.x86_64-linux.guest;

  text = value: if value == true then "true" else toString value;
  # Hashes of the stand-ins and of files say nothing.
  plain =
    text:
    builtins.concatStringsSep "/nix/store/" (
      map (part: if builtins.isList part then "" else part) (
        builtins.filter builtins.isString (builtins.split "/nix/store/[0-9a-z]{32}-" text)
      )
    );
  section =
    name: values:
    "[${name}]\n"
    + concatStringsSep "" (lib.mapAttrsToList (key: value: "${key}=${text value}\n") values);
  relations = {
    after = "After";
    before = "Before";
    requires = "Requires";
    wantedBy = "WantedBy";
  };
  unit =
    name:
    let
      service = guest.systemd.services.${name};
      used = builtins.filter (relation: service ? ${relation}) (builtins.attrNames relations);
    in
    plain (
      "[Unit]\n"
      + (if service ? description then "Description=${service.description}\n" else "")
      + lib.concatMapStringsSep "" (key: "${relations.${key}}=${text service.${key}}\n") used
      + (if service ? serviceConfig then section "Service" service.serviceConfig else "")
    );
in
builtins.listToAttrs (
  map
    (name: {
      name = "${name}.service";
      value = unit name;
    })
    [
      "faultline-etcd"
      "faultline-guest"
      "sshd"
    ]
)
// {
  "build-image.sh" = plain image.script;
  "tmpfiles.conf" = plain (concatStringsSep "\n" guest.systemd.tmpfiles.rules);
  "cmdline" = plain image.passthru.files.cmdline.text;
  "boot.ipxe" = plain image.passthru.files.ipxe.text;
  "image.json" = plain image.passthru.files.description.text;
}
