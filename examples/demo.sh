#!/bin/sh
# The whole story on the example zones: validate, plan, apply, plan again, a hand edit, drift, and the record of it all.
set -eu
cd "$(dirname "$0")/.."
rm -rf build/demo
mkdir -p build/demo
cp -r zonesync.yaml zones build/demo/
cd build/demo
# In CI the record of an apply must not be a folder that goes with the job. This one may.
unset CI

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "$@"; "$@"; }

run zonesync validate
run zonesync plan --out plan.json
run zonesync apply plan.json
run zonesync plan --exit-code

say "vi build/secondary/example.org.zone    # somebody makes 192.0.2.80 into 192.0.2.66 by hand"
sed 's/192\.0\.2\.80/192.0.2.66/' build/secondary/example.org.zone > edited
mv edited build/secondary/example.org.zone
say "zonesync drift"
code=0
zonesync drift || code=$?
[ "$code" -eq 2 ] || { echo "drift should have said 2, not $code"; exit 1; }

run zonesync apply --yes example.org
run zonesync audit log --zone example.org
printf '\nThe zone files are in build/demo/build/primary and build/demo/build/secondary.\n'
