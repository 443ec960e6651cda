#!/bin/sh
set -e
unit=kured-host.service

if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
  # One that failed and is no longer there is nobody's worry.
  [ "$1" = upgrade ] || systemctl reset-failed "$unit" 2>/dev/null || true
fi

# The installation that the preinst began is not to come.
if [ "$1" = abort-install ]; then
  rm -f /run/kured-host.reinstalled
fi

if [ "$1" = purge ]; then
  # It may be purged after everything that it depended on.
  if command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper purge "$unit" >/dev/null || true
  fi
  rm -rf "$DPKG_ROOT/var/lib/kured-host" "$DPKG_ROOT/run/kured-host" "$DPKG_ROOT/run/kured-host.reinstalled"
fi

exit 0
