# The npm modules that bundle the pages (lib/faultline/page/web), by the lock file: a fetch whose
# content is fixed, as npm installs it on x86-64 Linux. `FAULTLINE_PAGE_MODULES` names it to the build.
# Another lock file has another hash: `npm ci --ignore-scripts`, remove `.bin` and
# `.package-lock.json`, then `nix hash path node_modules`.
{
  cacert,
  nodejs,
  runCommand,
}:
runCommand "faultline-page-modules"
  {
    nativeBuildInputs = [
      cacert
      nodejs
    ];
    src = ../lib/faultline/page/web;
    outputHashMode = "recursive";
    outputHash = "sha256-3zDj6yMzg0QsTFjsCmDbuNRJnt2R6Y36HRr6Q8f+Lz0=";
  }
  ''
    export HOME=$TMPDIR
    cp $src/package.json $src/package-lock.json .
    npm ci --ignore-scripts --no-audit --no-fund
    rm -r node_modules/.bin node_modules/.package-lock.json
    mv node_modules $out
  ''
