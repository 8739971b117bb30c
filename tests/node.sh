#!/bin/sh
# Install what some tests run under node, as tests/package.json pins it, into build/node.
set -eu
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null 2>&1; then
    echo "not installed: npm; the tests that need node are skipped, and fail with CI=true" >&2
    exit 0
fi
mkdir -p build/node
cmp -s tests/package.json build/node/.installed && exit 0
cp tests/package.json build/node/package.json
if ! (cd build/node && npm install --silent --no-package-lock --no-audit --no-fund); then
    echo "npm could not install what tests/package.json names; the tests that need it are skipped, and fail with CI=true" >&2
    exit 0
fi
cp tests/package.json build/node/.installed
