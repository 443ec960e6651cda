#!/bin/sh
# guest-disk.sh: a guest's disk, in a mount namespace that only this guest has; whatever ends that namespace ends the mounts.
#
#   hold NAME FOLDER LOWER   mounts the root at FOLDER/memory/root, says "mounted", and lives as long as its standard input;
#                            then ends whatever is left of the guest NAME, so nothing outlives a test that was killed
#   cut NAME FOLDER LOWER    a power cut: nothing more reaches the disk, everything in the guest ends, and the root is mounted
#                            again as the disk has it
#
# The root is LOWER (folders as overlayfs wants them) under a writable layer on an ext4 of its own, whose image is in memory.
# What was not synced is in the page cache of that ext4 and not in the image.
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

# By its control groups: nspawn ends with its parent, but a systemd whose nspawn is gone does not.
end_guest() {
	tries=100
	while left=$(groups -name cgroup.procs -exec cat {} +) && [ -n "$left" ]; do
		# shellcheck disable=SC2086 # one argument a process
		kill -9 $left 2>/dev/null || :
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "these processes of $name do not end:" $left >&2; exit 1; }
		sleep 0.05
	done
}

# As a disk whose power is gone: from now on no write reaches it, and none is waited for (FS_IOC_GOINGDOWN, without the log's flush).
stop_disk() {
	perl -e 'my $how = pack("L", 2); open(my $disk, "<", $ARGV[0]) or die $!; ioctl($disk, 0x8004587d, $how) or die $!' "$memory/disk"
}

# The file system is gone only with the last process that saw it: two of them on one image would ruin it.
await_detached() {
	tries=200
	while [ -n "$(losetup --associated "$memory/disk.img")" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "something still uses the disk of $name" >&2; exit 1; }
		sleep 0.05
	done
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
	groups -type d -exec rmdir {} \;
	;;
cut)
	stop_disk
	end_guest
	umount "$memory/root"
	umount "$memory/disk"
	await_detached
	mount_root "$memory/disk.img"
	;;
esac
