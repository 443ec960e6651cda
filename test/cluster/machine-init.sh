#!/bin/sh
# The first process of a machine: puts the machine's own folders and boot ID in their places, says
# "up", and lives as long as its standard input. With it the kernel ends everything in the machine.
set -eu

folder=$1
run=$2
name=$3

printf %s "$name" >/proc/sys/kernel/hostname
mount --bind "$folder/boot_id" /proc/sys/kernel/random/boot_id
mount --bind "$run" /run
mount --bind "$folder/var-lib" /var/lib
mount --bind "$folder/etc" /etc
echo up
# With SIGCHLD ignored the kernel buries orphans by itself.
trap '' CHLD
exec cat >/dev/null
