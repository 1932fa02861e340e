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
  inherit (import ./t040-names.nix { inherit lib; }) role scenarios;

  # What a store's scenarios need is in the small image.
  imageFor = scenario: if scenario.step == "s1" || scenario.suite == role then guest else guest-all;

  # `nixos-test` is what NixOS's own tests ask of a builder. `kvm` is not asked for: the guests run
  # without it, slower, and use it where the builder has it.
  run =
    {
      step,
      suite,
      name,
    }@scenario:
    runCommand "t040-${step}-${name}"
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
      inherit (scenario) name;
      value = run scenario;
    }) scenarios
  );
in
each // { all = linkFarm "t040" each; }
