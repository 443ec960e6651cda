# $1: how many remain: 0 an erasure. An upgrade leaves the old version running: the new posttrans restarts it.
unit=kured-host.service

[ "$1" -eq 0 ] || exit 0

if [ ! -d /run/systemd/system ]; then
  # Nothing to /dev/null, which an image may not have.
  systemctl --no-reload disable "$unit" || :
  exit 0
fi

# An erasure is a stop: what is held is given back, and no more. Its words are the daemon's own, from the journal.
if systemctl --quiet is-active "$unit" 2>/dev/null; then
  echo "kured-host: stopping the service; a drain is backed out first (uncordon, release of the Lease), within 30 s"
  since=$(date +%s.%N)
  systemctl stop "$unit" >/dev/null 2>&1 || :
  journalctl --sync 2>/dev/null || :
  journalctl --quiet --no-pager --output=cat --since="@$since" --identifier=kured-host 2>/dev/null || :
fi
systemctl --no-reload disable --now "$unit" >/dev/null 2>&1 || :

exit 0
