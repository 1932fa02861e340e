# The scenarios of T040, as their sources have them: `step`, `suite` and `name` of each.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    elemAt
    filter
    head
    isList
    match
    readDir
    readFile
    split
    ;
  directory = ../tests/t040;

  found =
    pattern: make: file:
    map make (filter isList (split pattern (readFile (directory + "/${file}"))));
  # Run once for each binding of a store, in a suite of its role's name; ours is main.cc's.
  role = head (head (found "[.]role = \"([A-Za-z]+)\"" (groups: groups) "main.cc"));

  ofFile =
    file:
    let
      step = head (match "(s[0-9]+)_.*" file);
      suiteAndName = groups: {
        inherit step;
        suite = elemAt groups 1;
        name = elemAt groups 2;
      };
      nameOnly = groups: {
        inherit step;
        suite = role;
        name = elemAt groups 2;
      };
    in
    found "\n(TEST_F|STORE_SUITE_SCENARIO|SERVICE_TEST_F)[(]([A-Za-z0-9]+), ([A-Za-z0-9]+)[)]" suiteAndName file
    ++ found "\nSTORE_SCENARIO(_F[(][A-Za-z0-9]+, |([(]))([A-Za-z0-9]+)[)]" nameOnly file;
in
{
  inherit role;
  scenarios = concatMap ofFile (
    filter (file: match "s[0-9]+_.*_test[.]cc" file != null) (attrNames (readDir directory))
  );
}
