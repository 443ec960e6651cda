#!/bin/sh
set -e
unit=kured-host.service

# An upgrade leaves the old version running: the new postinst restarts it.
if [ "$1" != remove ] || [ -n "$DPKG_ROOT" ] || [ ! -d /run/systemd/system ]; then
  exit 0
fi

# A removal is a stop: what is held is given back, and no more. Its words are the daemon's own, from the journal.
if systemctl --quiet is-active "$unit"; then
  echo "kured-host: stopping the service; a drain is backed out first (uncordon, release of the Lease), within 30 s"
  since=$(date +%s.%N)
  deb-systemd-invoke stop "$unit" >/dev/null || true
  journalctl --sync 2>/dev/null || true
  journalctl --quiet --no-pager --output=cat --since="@$since" --identifier=kured-host 2>/dev/null || true
else
  # One that waits for its restart is to stay stopped, too.
  deb-systemd-invoke stop "$unit" >/dev/null || true
fi

exit 0
