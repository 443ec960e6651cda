#!/bin/sh
# go-module.sh VERSION FOLDER: writes FOLDER/go.mod and go.sum for that version of Kubernetes.
#
# k8s.io/kubernetes requires its staging modules at v0.0.0 and replaces them locally, which a
# consumer does not inherit: each of them is replaced here by its published version.
set -eu

version=$1
folder=$2
module=k8s.io/kubernetes

minor=${version#1.}
minor=${minor%%.*}
printf 'module probe\n' >"$folder/go.mod"
upstream=$(cd "$folder" && go mod download -json "$module@v$version" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
if [ "$minor" -le 31 ]; then
	etcd=v3.5.16
else
	etcd=$(sed -n 's/^\tgo\.etcd\.io\/etcd\/server\/v3 \(v[^ ]*\).*/\1/p' "$upstream")
fi

{
	printf '// Written by test/cluster/go-module.sh %s; "go mod tidy" filled it up.\n' "$version"
	printf 'module kured-host.example/test/cluster\n\n'
	sed -n -e '/^go [0-9]/p' -e '/^godebug /p' "$upstream"
	printf '\nrequire (\n\t%s v%s\n' "$module" "$version"
	printf '\tgo.etcd.io/etcd/%s %s\n' client/v3 "$etcd" etcdutl/v3 "$etcd" server/v3 "$etcd"
	printf ')\n\nreplace (\n'
	{
		sed -n 's/^\t\(k8s\.io\/[^ ]*\) v0\.0\.0$/\1/p' "$upstream"
		printf 'k8s.io/%s\n' sample-cli-plugin sample-controller
	} | sort -u | sed "s/.*/\t& => & v0.${version#1.}/"
	printf ')\n'
} >"$folder/go.mod"
rm -f "$folder/go.sum"
tags=
[ "$minor" -gt 30 ] || tags=-tags=kubernetes1.30
(cd "$folder" && GOFLAGS="${GOFLAGS:-} $tags" go mod tidy)
