#!/bin/sh
# repository.sh PACKAGES TARGET KEY: static repositories for apt (TARGET/apt) and dnf, yum and zypper (TARGET/rpm) from all debs and
# rpms in the folder PACKAGES, signed with a key of gpg's (a fingerprint; GNUPGHOME says where it is), which is written beside them as
# TARGET/kured-host.asc. What is in TARGET already stays: an older version can be had from it after a newer one has come. Any web
# server, or a file:// URL, serves TARGET as it is.
set -eu

for tool in apt-ftparchive:apt-utils createrepo_c:createrepo-c gpg:gnupg rpm:rpm; do
	command -v "${tool%:*}" >/dev/null || {
		echo "repository: \"${tool%:*}\" is not found; on Debian it comes with \"apt-get install ${tool#*:}\"" >&2
		exit 69
	}
done
if [ $# -ne 3 ] || [ -z "$3" ]; then
	echo 'usage: repository.sh PACKAGES TARGET KEY ("make repository KEY=fingerprint"; "gpg --list-secret-keys" lists what is there)' >&2
	exit 2
fi
packages=$(CDPATH='' cd -- "$1" && pwd)
key=$3
mkdir -p "$2"
target=$(CDPATH='' cd -- "$2" && pwd)

gpg --batch --armor --export "$key" >"$target/kured-host.asc.new"
[ -s "$target/kured-host.asc.new" ] || { rm "$target/kured-host.asc.new"; echo "repository: gpg has no key $key" >&2; exit 1; }
mv "$target/kured-host.asc.new" "$target/kured-host.asc"

changed() {
	echo "repository: ${1##*/} is there already and is another one; a version that was published stays as it is: raise its number" >&2
	exit 1
}
sign() { gpg --batch --yes --local-user "$key" "$@"; }

# For apt: each index also under the name of its own hash, so that a client that has an old Release finds what belongs to it while a
# new one is being uploaded.
mkdir -p "$target/apt/pool"
for deb in "$packages"/*.deb; do
	[ -e "$deb" ] || continue
	kept=$target/apt/pool/${deb##*/}
	[ ! -e "$kept" ] || cmp -s "$deb" "$kept" || changed "$deb"
	cp "$deb" "$kept.new"
	mv "$kept.new" "$kept"
done
cd "$target/apt"
suite=dists/stable
for arch in amd64 arm64; do
	binary=$suite/main/binary-$arch
	mkdir -p "$binary/by-hash/SHA256"
	apt-ftparchive -o APT::FTPArchive::MD5=false -o APT::FTPArchive::SHA1=false --arch "$arch" packages pool >"$binary/Packages"
	gzip -9nkf "$binary/Packages"
	for index in Packages Packages.gz; do
		cp "$binary/$index" "$binary/by-hash/SHA256/$(sha256sum "$binary/$index" | cut -d' ' -f1)"
	done
done
rm -f "$suite/Release" "$suite/Release.gpg" "$suite/InRelease"
apt-ftparchive -o APT::FTPArchive::MD5=false -o APT::FTPArchive::SHA1=false -o APT::FTPArchive::Release::Origin=kured-host -o APT::FTPArchive::Release::Label=kured-host \
	-o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
	-o APT::FTPArchive::Release::Architectures='amd64 arm64' -o APT::FTPArchive::Release::Components=main \
	-o APT::FTPArchive::Release::Acquire-By-Hash=yes release "$suite" >Release.new
mv Release.new "$suite/Release"
sign --clearsign --output "$suite/InRelease" "$suite/Release"
sign --armor --detach-sign --output "$suite/Release.gpg" "$suite/Release"

# Of all but the signature: the header, which holds the sum of the rest.
sum() { rpm --query --package --nosignature --queryformat '%{sha256header}' "$1"; }

# For dnf: a package is signed once, where it is kept; the index is made of the signed ones.
mkdir -p "$target/rpm"
for rpm in "$packages"/*.rpm; do
	[ -e "$rpm" ] || continue
	kept=$target/rpm/${rpm##*/}
	if [ -e "$kept" ]; then
		[ "$(sum "$rpm")" = "$(sum "$kept")" ] || changed "$rpm"
		continue
	fi
	cp "$rpm" "$kept.new"
	# Debian's rpm does not know where gpg is.
	rpm --define "__gpg $(command -v gpg)" --define "_gpg_name $key" --define "_gpg_path ${GNUPGHOME:-$HOME/.gnupg}" \
		--addsign "$kept.new" >/dev/null
	mv "$kept.new" "$kept"
done
cd "$target/rpm"
createrepo_c --quiet --no-database --update .
rm -f repodata/repomd.xml.asc
sign --armor --detach-sign repodata/repomd.xml

echo "repository: $target/apt and $target/rpm, signed with $key"
