#!/bin/sh
# build.sh WEB OUT: bundles the pages of WEB into OUT/page_templates.cc. Where there is no npm, or no way to its packages,
# the pages are left out: everything else is built, and who would have written or read one is told (PagesAreBuilt).
# FAULTLINE_PAGE_MODULES names a node_modules that is there already (Nix, or a machine without a network).
set -u
web=$1 out=$2
mkdir -p "$out/web" && cp -r "$web"/. "$out/web" && cd "$out/web" || exit 1

leave_out() {
  echo "faultline: timeline.html and index.html are left out: $1" >&2
  echo "// Left out: $1" >"$out/page_templates.cc"
  cat >>"$out/page_templates.cc" <<'EOF'

#include "faultline/page/templates.h"

namespace faultline::internal {
const std::string_view kTimelineTemplate;
const std::string_view kIndexTemplate;
}  // namespace faultline::internal
EOF
  exit 0
}

command -v node >/dev/null || leave_out "no node (Debian: apt-get install nodejs npm)"
if [ -n "${FAULTLINE_PAGE_MODULES:-}" ]; then
  # A copy: modules look for each other in folders of this name, and a link has another.
  rm -rf node_modules && cp -rL "$FAULTLINE_PAGE_MODULES" node_modules && chmod -R u+w node_modules || exit 1
else
  command -v npm >/dev/null || leave_out "no npm (Debian: apt-get install nodejs npm)"
  npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=3 --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 >"$out/npm.log" 2>&1 || leave_out "npm ci failed, see $out/npm.log"
fi
node bundle.mjs "$out/page_templates.cc" "$out"
