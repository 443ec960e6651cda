# Redirects nothing to /dev/null: an image that is made by "dnf --installroot" has none, and what cannot be redirected is not run.
# $1: how many are installed when this is done: 1 an installation, 2 an upgrade, a downgrade or a reinstallation.
unit=kured-host.service

# The unit does not start without its group. Newer versions of rpm have made it by now; that does no harm.
systemd-sysusers kured-host.conf || :

# Enabled if the distribution's or the admin's presets say so; an upgrade leaves it as the admin has it.
if [ "$1" -eq 1 ]; then
  systemctl --no-reload preset "$unit" || :
fi

# For the posttrans, which is told 1 either way. It decides, not the postun: that one is the old version's.
if [ -d /run/systemd/system ]; then
  if [ "$1" -eq 1 ]; then echo install; else echo upgrade; fi >/run/kured-host.transaction || :
fi

exit 0
