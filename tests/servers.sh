#!/bin/sh
# Install the name servers that some tests start on loopback, and the browser that looks at the HTML page.
# The servers are not started by the system.
set -eu
missing=
for program in named named-checkzone dig nsd nsd-checkzone knotd pdns_server unbound; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
# A part of PowerDNS that is no program.
ls /usr/lib/*/pdns/libbindbackend.so >/dev/null 2>&1 || missing="$missing pdns-backend-bind"
# Ubuntu has no such package; a CI image of it comes with the browser.
browser=
command -v chromium >/dev/null 2>&1 || { missing="$missing chromium"; browser=chromium; }
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "not installed:$missing (needs root on Debian or Ubuntu); the tests that need them are skipped, and fail with CI=true" >&2
    exit 0
fi
echo "installing:$missing" >&2
policy=/usr/sbin/policy-rc.d
made=
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
    made=1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    bind9 bind9-utils bind9-dnsutils nsd knot pdns-server pdns-backend-bind pdns-backend-sqlite3 unbound $browser >/dev/null
[ -z "$made" ] || rm -f "$policy"
