#!/bin/sh
# What the tests of the report pages need from the system: a Chromium without a screen, and its driver.
missing=
for pair in chromium:chromium chromedriver:chromium-driver; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing$missing ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "the tests of the pages need$missing: install them (Debian: sudo apt-get install$missing) and try again" >&2
exit 2
