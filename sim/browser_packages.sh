#!/bin/sh
# What the tests of pages need from the system: Chromium, and the driver that goes with it.
command -v chromium >/dev/null && command -v chromedriver >/dev/null && exit 0
packages="chromium chromium-driver"
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing $packages ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null && exit 0
fi
echo "the tests of pages need $packages: install them (Debian: sudo apt-get install $packages) and try again" >&2
exit 2
