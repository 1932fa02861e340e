# The scenarios of T040, as their sources have them: `step`, `suite` and `name` of each, and the
# `attribute` of its derivation.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    elem
    elemAt
    filter
    head
    isList
    match
    readDir
    readFile
    split
    tail
    ;
  directory = ../tests/t040;

  found =
    pattern: make: file:
    concatMap make (filter isList (split pattern (readFile (directory + "/${file}"))));
  # Run once for each binding of a store, in a suite of its role's name; a suite of their own is
  # the first one's only.
  roles = found "[.]role = \"([A-Za-z]+)\"" (
    groups: groups
  ) "../../lib/faultline/service/registry/store_bindings.cc";
  otherRoles = tail roles;

  ofFile =
    file:
    let
      step = head (match "(s[0-9]+)_.*" file);
      inSuites =
        suites: groups:
        map (suite: rec {
          inherit step suite;
          name = elemAt groups 2;
          attribute = if elem suite otherRoles then "${suite}-${name}" else name;
        }) suites;
      suiteAndName =
        groups:
        inSuites (
          [ (elemAt groups 1) ] ++ (if head groups == "STORE_SUITE_SCENARIO" then otherRoles else [ ])
        ) groups;
      nameOnly = inSuites roles;
    in
    found "\n(TEST_F|STORE_SUITE_SCENARIO|SERVICE_TEST_F)[(]([A-Za-z0-9]+), ([A-Za-z0-9]+)[)]" suiteAndName file
    ++ found "\nSTORE_SCENARIO(_F[(][A-Za-z0-9]+, |([(]))([A-Za-z0-9]+)[)]" nameOnly file;
in
{
  inherit otherRoles;
  role = head roles;
  scenarios = concatMap ofFile (
    filter (file: match "s[0-9]+_.*_test[.]cc" file != null) (attrNames (readDir directory))
  );
}
