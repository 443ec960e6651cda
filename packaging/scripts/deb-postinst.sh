#!/bin/sh
set -e
unit=kured-host.service

case "$1" in
configure | abort-remove) ;;
# Nothing was stopped or changed before these.
*) exit 0 ;;
esac

# The first installation goes by the machine's presets, as the helper does it (Debian's enable it); from then on an admin's enable,
# disable and mask stand, over removals too. Under a mask the helper's enable would fail.
masked() { [ "$(systemctl ${DPKG_ROOT:+--root="$DPKG_ROOT"} is-enabled "$unit" 2>/dev/null)" = masked ]; }
if deb-systemd-helper --quiet was-enabled "$unit" && ! masked; then
  deb-systemd-helper enable "$unit" >/dev/null || true
else
  deb-systemd-helper update-state "$unit" >/dev/null || true
fi

# The unit does not start without its group.
systemd-sysusers ${DPKG_ROOT:+--root="$DPKG_ROOT"} kured-host.conf

# In a chroot or an image nothing runs: the first boot starts it.
if [ -n "$DPKG_ROOT" ] || [ ! -d /run/systemd/system ]; then
  exit 0
fi

# A unit of an installation by hand; /dev/null there is an admin's mask.
if [ -f "/etc/systemd/system/$unit" ]; then
  echo "kured-host: /etc/systemd/system/$unit stands in front of the package's unit; remove it to use the package's" >&2
fi

systemctl --system daemon-reload >/dev/null || true

# A policy-rc.d is honoured by deb-systemd-invoke; it starts no unit that is disabled or masked.
if [ -z "$2" ] || [ "$1" = abort-remove ] || [ -e /run/kured-host.reinstalled ]; then
  rm -f /run/kured-host.reinstalled
  deb-systemd-invoke start "$unit" >/dev/null || true
elif [ "$(systemctl is-system-running 2>/dev/null)" = stopping ]; then
  : # The new version starts with the next boot.
elif systemctl --quiet is-failed "$unit"; then
  # Nobody stopped it, and a new version, or a configuration that was put right, may be the cure.
  deb-systemd-invoke start "$unit" >/dev/null || true
else
  # Not restart: that would start what an admin stopped. It may come at any moment: the service goes on with what it was doing.
  deb-systemd-invoke try-restart "$unit" >/dev/null || true
fi

if systemctl --quiet is-failed "$unit"; then
  echo "kured-host: the service does not run; \"systemctl status kured-host\" says why" >&2
fi

exit 0
