#!/bin/sh
# guest-boot.sh NAME ROOT [ARGUMENT…]: one boot of a guest, in the foreground. Ends with 133 when the guest asks for another one
# (a reboot), with 0 when it was powered off, and with the process that started it, even by SIGKILL.
set -eu

name=$1
root=$2
shift 2

# systemd in a guest makes control groups named alike: each guest needs a group of its own to make them in.
for hierarchy in /sys/fs/cgroup/unified /sys/fs/cgroup/systemd /sys/fs/cgroup; do
	[ -e "$hierarchy/cgroup.procs" ] || continue
	mkdir -p "$hierarchy/$name"
	echo $$ >"$hierarchy/$name/cgroup.procs"
done

# Without UNIFIED_HIERARCHY systemd from 258 on refuses to start where the host has the old hierarchy, too.
# The guest's network is the host's: its 127.0.0.1 is where the control plane listens.
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
exec setpriv --pdeathsig KILL systemd-nspawn --quiet --register=no --keep-unit --link-journal=no --boot \
	--machine="$name" --hostname="$name" --directory="$root" "$@" </dev/null
