#!/bin/sh
# root.sh SUITE [PACKAGE…]: makes the root file system of a Debian suite, with these packages besides, if it is not there yet,
# and prints its path. Says on standard error what it does and how long it took.
#
# It lives in $XDG_CACHE_HOME/kured-host/root-<suite>-<hash of what it is made of>, and nothing ever writes into it: a guest
# writes into a layer of its own. A root is as old as its cache; remove the folder to get today's packages.
# Two at the same time wait for one another.
set -eu

# All in a function: the shell has read the whole file before it does anything, so that an edit meanwhile does no harm.
make_root() {
	suite=$1
	shift
	here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/kured-host
	packages=systemd,systemd-sysv,dbus,iproute2,ca-certificates,procps,init-system-helpers
	for package; do packages=$packages,$package; done
	hash=$({ echo "$suite $packages"; cat "$here/root.sh"; } | sha256sum | cut -c1-16)
	place=$cache/root-$suite-$hash

	if [ ! -d "$place" ]; then
		mkdir -p "$cache"
		exec 9>"$place.lock"
		if ! flock --nonblock 9; then
			echo "root: another one makes $suite, waiting for it" >&2
			flock 9
		fi
	fi
	if [ ! -d "$place" ]; then
		begin=$(date +%s)
		echo "root: making Debian $suite (about 30 s)" >&2
		rm -rf "$place.new"
		umask 022
		# Mirrors may carry a frozen suite whose Release file has expired. One keyring folder knows the keys of all suites.
		# Apt's lists stay, so that a guest can install packages again without asking for them first.
		if ! mmdebstrap --quiet --variant=minbase --include="$packages" --keyring=/usr/share/keyrings \
			--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
			--skip=cleanup/apt "$suite" "$place.new" "$(mirror)" >"$place.log" 2>&1; then
			tail -n 30 "$place.log" >&2
			echo "root: $suite was not made; all of the above is in $place.log" >&2
			rm -rf "$place.new"
			exit 1
		fi
		finish "$place.new"
		mv "$place.new" "$place"
		remove_unused
		echo "root: $suite made in $(($(date +%s) - begin)) s" >&2
	fi
	# When it was last used.
	touch "$place"
	echo "$place"
}

# Roots of this suite that nobody has used for a day go, but for the two last used.
remove_unused() {
	find "$cache" -maxdepth 1 -type d -name "root-$suite-*" ! -name '*.new' -printf '%T@ %p\n' | sort -rn | tail -n +3 |
		while read -r _ old; do
			[ -z "$(find "$old" -maxdepth 0 -mmin +1440)" ] || rm -rf "$old" "$old.lock" "$old.log"
		done
}

# The mirror that this machine itself uses for Debian.
mirror() {
	cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
		grep -v '^ *#' | grep -o 'https\{0,1\}://[^ ]*/debian/\{0,1\}\( \|$\)' | head -n 1 | grep . ||
		echo http://deb.debian.org/debian
}

# finish ROOT: what a guest brings with it (names, IDs) goes, what tests need at hand stays.
finish() {
	root=$1
	rm -f "$root/etc/hostname" "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
	# A journal that outlives a boot.
	mkdir -p "$root/var/log/journal"
	# dbus is the cheapest package that really asks for a reboot (its postinst does): it stays in apt's store.
	find "$root/var/cache/apt/archives" -name '*.deb' ! -name 'dbus_*' -delete
	rm -f "$root"/var/cache/apt/*.bin
	own_boot_id "$root"
}

# own_boot_id ROOT: up to systemd 253 a unit with ProtectKernelTunables= and its like gets a fresh procfs, and sees through it
# the boot ID of the machine under the container, the same for ever. Only a container does that, so only its root is cured.
own_boot_id() {
	case $(sed -n '/^Package: systemd$/,/^$/s/^Version: \([0-9]*\).*/\1/p' "$1/var/lib/dpkg/status") in
	24? | 25[0-3]) ;;
	*) return ;;
	esac
	units=$1/usr/lib/systemd/system
	mkdir -p "$units/kured-host.service.d" "$units/sysinit.target.wants"
	cat >"$units/lab-boot-id.service" <<-'END'
		[Unit]
		DefaultDependencies=no
		Before=sysinit.target
		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=cp /proc/sys/kernel/random/boot_id /run/lab-boot-id
	END
	ln -s ../lab-boot-id.service "$units/sysinit.target.wants/lab-boot-id.service"
	cat >"$units/kured-host.service.d/lab-boot-id.conf" <<-'END'
		[Service]
		BindReadOnlyPaths=/run/lab-boot-id:/proc/sys/kernel/random/boot_id
	END
}

make_root "$@"
