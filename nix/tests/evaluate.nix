# A small module system: enough to evaluate the guest modules without nixpkgs, and stricter
# in one respect, as a definition under a false `mkIf` is checked too. `declared` maps the
# options of NixOS to their types (options.json).
{
  lib,
  pkgs,
  modulesPath,
  moduleFiles,
  declared,
}:
modules:
let
  inherit (builtins)
    all
    any
    attrNames
    attrValues
    concatLists
    concatMap
    concatStringsSep
    elem
    filter
    foldl'
    groupBy
    hasAttr
    head
    isAttrs
    isFunction
    isList
    isPath
    isString
    length
    mapAttrs
    tail
    ;

  fail = file: message: throw "${baseNameOf (toString file)}: ${message}";
  dotted = concatStringsSep ".";

  # The modules, each file once.
  loaded = builtins.genericClosure {
    startSet = moduleItems "inline" "inline" modules;
    operator =
      {
        key,
        file,
        body,
      }:
      moduleItems key file (body.imports or [ ]);
  };
  moduleItems =
    key: file: list:
    concatLists (
      builtins.genList (index: moduleItem "${key}#${toString index}" file (builtins.elemAt list index)) (
        length list
      )
    );
  moduleItem =
    key: file: module:
    if isPath module then
      [
        {
          key = toString module;
          file = module;
          body = call (import module);
        }
      ]
    else if !isString module then
      [
        {
          inherit key file;
          body = call module;
        }
      ]
    else if elem module (map (name: "${modulesPath}/${name}") moduleFiles) then
      [ ]
    else
      fail file "module ${module} does not exist";
  call =
    module:
    if isFunction module then
      module {
        inherit
          config
          lib
          pkgs
          modulesPath
          ;
      }
    else
      module;
  optionsOf = module: module.body.options or { };
  configOf =
    module:
    module.body.config or (removeAttrs module.body [
      "imports"
      "options"
    ]);

  # Options: "a.b.<name>" to a type's name.
  ownOptions =
    path: tree:
    concatLists (
      lib.mapAttrsToList (
        name: value:
        if value._type or null == "option" then
          [
            {
              name = dotted (path ++ [ name ]);
              value = value;
            }
          ]
        else
          ownOptions (path ++ [ name ]) value
      ) tree
    );
  own = builtins.listToAttrs (concatMap (module: ownOptions [ ] (optionsOf module)) loaded);
  typeOf = declared // mapAttrs (_: option: option.type.name) own;
  prefixes = builtins.listToAttrs (
    concatMap (name: parents (lib.init (lib.splitString "." name))) (attrNames typeOf)
  );
  parents =
    path:
    if path == [ ] then
      [ ]
    else
      [
        {
          name = dotted path;
          value = true;
        }
      ]
      ++ parents (lib.init path);

  # The declaration that `pattern` extended by `name` meets, as a pattern.
  step =
    pattern: name:
    let
      candidates = map (last: dotted (pattern ++ [ last ])) [
        name
        "<name>"
      ];
      found = filter (candidate: hasAttr candidate typeOf || hasAttr candidate prefixes) candidates;
    in
    if found == [ ] then null else lib.splitString "." (head found);

  # Definitions: conditions and priorities stay unevaluated until the option is asked for.
  define =
    file: conditions: priority: path: pattern: value:
    if value._type or null == "if" then
      define file (conditions ++ [ value.condition ]) priority path pattern value.content
    else if value._type or null == "merge" then
      concatMap (define file conditions priority path pattern) value.contents
    else if value._type or null == "override" then
      define file conditions value.priority path pattern value.content
    else if hasAttr (dotted pattern) typeOf then
      [
        {
          inherit
            file
            conditions
            priority
            path
            value
            ;
          type = typeOf.${dotted pattern};
        }
      ]
    else if isAttrs value then
      concatLists (lib.mapAttrsToList (defineIn file conditions priority path pattern) value)
    else
      fail file "`${dotted path}` is not an option but holds options";
  defineIn =
    file: conditions: priority: path: pattern: name: value:
    let
      next = step pattern name;
    in
    if next == null then
      fail file "the option `${dotted (path ++ [ name ])}` does not exist"
    else
      define file conditions priority (path ++ [ name ]) next value;
  definitions = concatMap (module: define module.file [ ] 100 [ ] [ ] (configOf module)) loaded;

  # Types, by name.
  scalars = {
    bool = builtins.isBool;
    int = builtins.isInt;
    "positive int" = value: builtins.isInt value && value > 0;
    str = isString;
    lines = isString;
    path = value: isPath value || isString value && lib.hasPrefix "/" value;
    package = value: value.type or null == "derivation";
    attrs = isAttrs;
    raw = _: true;
    "kernel parameter" = value: isString value && builtins.match "[^\"[:space:]]+" value != null;
    "module names" = value: isList value && all isString value;
    "sshd value" = value: builtins.isBool value || builtins.isInt value || isString value;
    "unit value" = value: builtins.isBool value || builtins.isInt value || isString value;
  };
  composed = {
    "listOf " = element: value: isList value && all (holds element) value;
    "attrsOf " = element: value: isAttrs value && all (holds element) (attrValues value);
    "nullOr " = element: value: value == null || holds element value;
    "valueOrList " = element: value: all (holds element) (lib.toList value);
    "enum " = choices: value: elem value (lib.splitString "|" choices);
  };
  holds =
    type: value:
    let
      prefix = filter (prefix: lib.hasPrefix prefix type) (attrNames composed);
      rest = builtins.substring (builtins.stringLength (head prefix)) (-1) type;
    in
    if hasAttr type scalars then
      scalars.${type} value
    else if prefix != [ ] then
      composed.${head prefix} rest value
    else
      throw "options.json: unknown type `${type}`";

  # Within an `attrsOf`, `mkForce` is for the definitions of the release, which are not here.
  withoutPriorities =
    type: value:
    if lib.hasPrefix "attrsOf " type && isAttrs value then
      mapAttrs (_: element: if isOverride element then element.content else element) value
    else
      value;

  isOverride = value: value._type or null == "override";

  merge =
    option: given:
    let
      type = (head given).type;
      plain = map (definition: definition // { value = withoutPriorities type definition.value; }) given;
      values = map (definition: definition.value) plain;
      wrong = filter (definition: !holds type definition.value) plain;
    in
    if wrong != [ ] then
      fail (head wrong).file "the option `${option}` is not of type `${type}`"
    else if lib.hasPrefix "listOf " type || type == "module names" then
      concatLists values
    else if lib.hasPrefix "attrsOf " type || type == "attrs" then
      foldl' (a: b: a // b) { } values
    else if type == "lines" then
      concatStringsSep "\n" values
    else if length values > 1 && any (value: value != head values) values then
      fail (head given).file "the option `${option}` has conflicting definitions"
    else
      head values;
  valueOf =
    option: given:
    let
      active = filter (definition: all (condition: condition) definition.conditions) given;
      strongest = foldl' (low: d: if d.priority < low then d.priority else low) 9999 active;
    in
    if active != [ ] then
      merge option (filter (definition: definition.priority == strongest) active)
    else if own ? ${option} && own.${option} ? default then
      own.${option}.default
    else
      null; # what the release has as its default

  # The tree of all options that are defined or that our modules declare.
  given = groupBy (definition: builtins.toJSON definition.path) definitions;
  paths = map (definition: definition.path) definitions ++ map (lib.splitString ".") (attrNames own);
  config = fill [ ] paths;
  fill =
    path: below:
    mapAttrs (
      name: group:
      let
        here = path ++ [ name ];
      in
      if elem [ name ] group then
        valueOf (dotted here) (given.${builtins.toJSON here} or [ ])
      else
        fill here (map tail group)
    ) (groupBy head below);
in
config
