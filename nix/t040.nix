# T040 as derivations, a scenario each, so that Nix's remote builders, Hydra or any CI that builds
# flakes spread it over machines and keep what did not change. The output is the run's report
# (docs/reports.md); of a run that failed, `nix log` has the words and `--keep-failed` the report.
{
  lib,
  linkFarm,
  runCommand,
  faultline,
  guest,
  guest-all,
}:
let
  inherit (import ./t040-names.nix { inherit lib; }) role otherRoles scenarios;

  # What the first store's scenarios need is in the small image.
  isSmall =
    scenario:
    scenario.suite == role || (scenario.step == "s1" && !builtins.elem scenario.suite otherRoles);
  imageFor = scenario: if isSmall scenario then guest else guest-all;

  # `nixos-test` is what NixOS's own tests ask of a builder. `kvm` is not asked for: the guests run
  # without it, slower, and use it where the builder has it.
  run =
    {
      step,
      suite,
      name,
      attribute,
    }@scenario:
    runCommand "t040-${step}-${attribute}"
      {
        nativeBuildInputs = faultline.passthru.testPrograms;
        requiredSystemFeatures = [ "nixos-test" ];
        FAULTLINE_IMAGE = imageFor scenario;
      }
      ''
        export HOME=$TMPDIR FAULTLINE_CACHE=$TMPDIR/cache FAULTLINE_RUNS=$TMPDIR/runs
        ${faultline}/libexec/faultline/t040_${step} --gtest_filter=${suite}.${name}
        # Nothing that matches the filter would be no failure to gtest.
        ls $FAULTLINE_RUNS/*.${suite}.${name}/*/result.json
        cp --recursive --no-dereference $FAULTLINE_RUNS $out
      '';
  each = builtins.listToAttrs (
    map (scenario: {
      name = scenario.attribute;
      value = run scenario;
    }) scenarios
  );
in
each // { all = linkFarm "t040" each; }
