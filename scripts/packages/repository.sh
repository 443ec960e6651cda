#!/bin/sh
# repository.sh PACKAGES TARGET KEY: static repositories for apt (TARGET/apt) and dnf, yum and zypper (TARGET/rpm) from all debs and
# rpms in the folder PACKAGES, signed with a key of gpg's (a fingerprint; GNUPGHOME says where it is), which is written beside them as
# TARGET/kured-host.asc. What is in TARGET already stays: an older version can be had from it after a newer one has come. Any web
# server, or a file:// URL, serves TARGET as it is; it changes only once everything is made and signed.
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
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT
trap 'exit 130' HUP INT TERM

fail() {
	echo "repository: $1; nothing in $target has changed" >&2
	exit 1
}
changed() { fail "${1##*/} is there already and is another one; a version that was published stays as it is: raise its number"; }
sign() { gpg --batch --yes --local-user "$key" "$@" || fail "gpg does not sign with $key, for the reason above"; }

# Paths below $new, which appear in TARGET whole, and together. A link is what is there already.
put() {
	for file; do
		[ -f "$file" ] && [ ! -L "$file" ] || continue
		mkdir -p "$target/$(dirname "$file")"
		cp "$file" "$target/$file.new"
	done
	for file; do
		[ ! -e "$target/$file.new" ] || mv "$target/$file.new" "$target/$file"
	done
}

cd "$new"
gpg --batch --armor --export "$key" >kured-host.asc
[ -s kured-host.asc ] || fail "gpg has no key $key"
mkdir -p apt/pool rpm
for kept in "$target"/apt/pool/*.deb "$target"/rpm/*.rpm; do
	[ ! -e "$kept" ] || ln -s "$kept" ".${kept#"$target"}"
done

# For apt: each index also under the name of its own hash, so that a client that has an old Release finds what belongs to it while a
# new one is being uploaded.
for deb in "$packages"/*.deb; do
	[ -e "$deb" ] || continue
	kept=apt/pool/${deb##*/}
	if [ -e "$kept" ]; then
		cmp -s "$deb" "$kept" || changed "$deb"
		continue
	fi
	cp "$deb" "$kept"
done
cd apt
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
apt-ftparchive -o APT::FTPArchive::MD5=false -o APT::FTPArchive::SHA1=false -o APT::FTPArchive::Release::Origin=kured-host -o APT::FTPArchive::Release::Label=kured-host \
	-o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable \
	-o APT::FTPArchive::Release::Architectures='amd64 arm64' -o APT::FTPArchive::Release::Components=main \
	-o APT::FTPArchive::Release::Acquire-By-Hash=yes release "$suite" >Release.new
mv Release.new "$suite/Release"
sign --clearsign --output "$suite/InRelease" "$suite/Release"
sign --armor --detach-sign --output "$suite/Release.gpg" "$suite/Release"
cd ..

# Of all but the signature: the header, which holds the sum of the rest.
sum() { rpm --query --package --nosignature --queryformat '%{sha256header}' "$1"; }

# For dnf and zypper: a package is signed once, when it comes; the index is made of the signed ones.
for rpm in "$packages"/*.rpm; do
	[ -e "$rpm" ] || continue
	kept=rpm/${rpm##*/}
	if [ -e "$kept" ]; then
		[ "$(sum "$rpm")" = "$(sum "$kept")" ] || changed "$rpm"
		continue
	fi
	cp "$rpm" "$kept"
	# Debian's rpm does not know where gpg is.
	rpm --define "__gpg $(command -v gpg)" --define "_gpg_name $key" --define "_gpg_path ${GNUPGHOME:-$HOME/.gnupg}" \
		--addsign "$kept" >/dev/null || fail "rpm does not sign ${rpm##*/} with $key, for the reason above"
done
[ ! -e "$target/rpm/repodata" ] || cp -R "$target/rpm/repodata" rpm/
createrepo_c --quiet --no-database --update rpm
sign --armor --detach-sign rpm/repodata/repomd.xml
# Here zypper looks for the key that it shows to a person who has not imported it.
cp kured-host.asc rpm/repodata/repomd.xml.key

# Packages before the indexes that name them. repodata by two renames: in there, no index is ever beside another one's signature.
put kured-host.asc apt/pool/*.deb apt/$suite/main/binary-*/by-hash/SHA256/* rpm/*.rpm
put apt/$suite/main/binary-*/Packages* apt/$suite/Release apt/$suite/Release.gpg apt/$suite/InRelease
mkdir -p "$target/rpm"
cd "$target/rpm"
rm -rf repodata.new repodata.old
cp -R "$new/rpm/repodata" repodata.new
[ ! -e repodata ] || mv repodata repodata.old
mv repodata.new repodata
rm -rf repodata.old

echo "repository: $target/apt and $target/rpm, signed with $key"
