# As much of nixpkgs' `lib` as the flake uses, so that CI can evaluate it without nixpkgs.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    elemAt
    filter
    genList
    isList
    isString
    length
    mapAttrs
    split
    stringLength
    substring
    ;

  type = name: { inherit name; };
in
rec {
  inherit filter mapAttrs;
  inherit (builtins) concatMap;

  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  hasSuffix =
    suffix: text:
    stringLength text >= stringLength suffix
    && substring (stringLength text - stringLength suffix) (-1) text == suffix;
  removePrefix =
    prefix: text:
    if hasPrefix prefix text then substring (stringLength prefix) (-1) text else text;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  escapeRegex =
    let
      special = genList (index: substring index 1 ".*+|()[") 7;
    in
    builtins.replaceStrings special (map (character: "[${character}]") special);
  splitString = separator: text: filter isString (split (escapeRegex separator) text);
  inherit concatStringsSep;
  concatMapStringsSep =
    separator: f: list:
    concatStringsSep separator (map f list);
  genAttrs =
    names: f:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = f name;
      }) names
    );
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  optionalAttrs = condition: set: if condition then set else { };
  any = builtins.any;
  unique = builtins.foldl' (
    seen: value: if builtins.elem value seen then seen else seen ++ [ value ]
  ) [ ];
  init = list: genList (elemAt list) (length list - 1);
  toList = value: if isList value then value else [ value ];

  mkOption = declaration: declaration // { _type = "option"; };
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkForce = mkOverride 50;
  mkDefault = mkOverride 1000;

  types = {
    attrsOf = element: type "attrsOf ${element.name}";
    listOf = element: type "listOf ${element.name}";
    bool = type "bool";
    str = type "str";
    ints.positive = type "positive int";
  };

  makeBinPath = concatMapStringsSep ":" (package: "${package}/bin");
  cmakeFeature = name: value: "-D${name}:STRING=${value}";
  cmakeBool = name: value: "-D${name}:BOOL=${if value then "TRUE" else "FALSE"}";
  licenses.mit = "MIT";
  # A file set is the list of its paths; a source is the root, and remembers them.
  fileset = {
    unions =
      paths:
      map (
        path: if builtins.pathExists path then path else throw "${toString path} of a file set is missing"
      ) (builtins.concatLists (map toList paths));
    fileFilter = _: path: [ path ];
    toSource =
      { root, fileset }:
      builtins.deepSeq fileset {
        outPath = toString root;
        inherit fileset;
      };
  };
}
