#!/bin/sh
set -e

# "Installed again after a removal" and "upgraded" look the same to the postinst, yet only the first is to start the service.
if [ "$1" = install ] && [ -n "$2" ] && [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  touch /run/kured-host.reinstalled || true
fi

exit 0
