# $1: how many remain: 0 an erasure, 1 an upgrade, where this is the old version's and has nothing to do.
[ "$1" -eq 0 ] || exit 0

if [ -d /run/systemd/system ]; then
  systemctl daemon-reload >/dev/null 2>&1 || :
  # One that failed and is no longer there is nobody's worry.
  systemctl reset-failed kured-host.service >/dev/null 2>&1 || :
fi

exit 0
