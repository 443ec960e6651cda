# After the whole transaction, the new version's: $1 says nothing here, so post left a word.
unit=kured-host.service

[ -d /run/systemd/system ] || exit 0
done=$(cat /run/kured-host.transaction 2>/dev/null) || exit 0
rm -f /run/kured-host.transaction

systemctl daemon-reload >/dev/null 2>&1 || :
journalctl --update-catalog >/dev/null 2>&1 || :

# While the machine goes down the new version starts with the next boot.
[ "$(systemctl is-system-running 2>/dev/null)" != stopping ] || exit 0

case "$done" in
install)
  # What a preset enabled for each boot is not to wait for the next one, which it is there to notice the need of.
  if systemctl --quiet is-enabled "$unit" 2>/dev/null; then
    systemctl --no-block start "$unit" >/dev/null 2>&1 || :
  fi
  ;;
upgrade)
  if systemctl --quiet is-failed "$unit" 2>/dev/null && systemctl --quiet is-enabled "$unit" 2>/dev/null; then
    # Nobody stopped it, and a new version, or a configuration that was put right, may be the cure.
    systemctl start "$unit" >/dev/null 2>&1 || :
  else
    # Not restart: that would start what an admin stopped. It may come at any moment: the service goes on with what it was doing.
    systemctl try-restart "$unit" >/dev/null 2>&1 || :
  fi
  ;;
esac

if systemctl --quiet is-failed "$unit" 2>/dev/null; then
  echo "kured-host: the service does not run; \"systemctl status kured-host\" says why" >&2
fi

exit 0
