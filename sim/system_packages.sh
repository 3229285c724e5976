#!/bin/sh
# What the simulators need from the system: Icarus, and a C++ compiler, make and perl for Verilator.
missing=
for pair in iverilog:iverilog g++:g++ make:make perl:perl; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
done
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "installing$missing ..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "the simulators need$missing: install them (Debian: sudo apt-get install$missing) and try again" >&2
exit 2
