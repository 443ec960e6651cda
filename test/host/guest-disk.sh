#!/bin/sh
# guest-disk.sh: a guest's disk, in a mount namespace that only this guest has; whatever ends that namespace ends the mounts.
#
#   hold NAME FOLDER LOWER   mounts the root at FOLDER/memory/root, says "mounted", and lives as long as its standard input;
#                            then ends whatever is left of the guest NAME, so nothing outlives a test that was killed
#   cut NAME FOLDER LOWER    what the power left: the root again, as the disk had it at this moment
#
# The root is LOWER (folders as overlayfs wants them) under a writable layer on an ext4 of its own, whose image is in memory.
# What was not synced is in the page cache of that ext4 and not in the image: a copy of the image is the disk after a power cut.
set -eu

command=$1
name=$2
memory=$3/memory
lower=$4

mount_root() {
	# noinit_itable: nothing writes behind the guest's back.
	mount -t ext4 -o loop,noinit_itable,discard "$1" "$memory/disk"
	mkdir -p "$memory/disk/upper" "$memory/disk/work"
	mount -t overlay -o "lowerdir=$lower,upperdir=$memory/disk/upper,workdir=$memory/disk/work" guest "$memory/root"
}

groups() {
	find /sys/fs/cgroup/unified/"$name" /sys/fs/cgroup/systemd/"$name" /sys/fs/cgroup/"$name" -depth "$@" 2>/dev/null || :
}

# By its control groups: nspawn ends with its parent, but a systemd that was started by an nspawn that is gone does not.
end_guest() {
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		left=$(groups -name cgroup.procs -exec cat {} +)
		[ -n "$left" ] || break
		# shellcheck disable=SC2086 # one argument a process
		kill -9 $left 2>/dev/null || :
		sleep 0.1
	done
	groups -type d -exec rmdir {} \;
}

case $command in
hold)
	mkdir -p "$memory"
	mount -t tmpfs -o mode=0755,size=6g guest "$memory"
	mkdir "$memory/disk" "$memory/root"
	truncate -s 2G "$memory/disk.img"
	mkfs.ext4 -q -m 0 -J size=16 -E lazy_itable_init=1,lazy_journal_init=1 "$memory/disk.img"
	mount_root "$memory/disk.img"
	echo mounted
	cat >/dev/null
	end_guest
	;;
cut)
	cp --sparse=always "$memory/disk.img" "$memory/cut.img"
	umount "$memory/root"
	umount "$memory/disk"
	mv "$memory/cut.img" "$memory/disk.img"
	mount_root "$memory/disk.img"
	;;
esac
