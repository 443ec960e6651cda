// Command control-plane is a Kubernetes control plane for tests in one process: unmodified
// etcd, kube-apiserver, kube-controller-manager and kube-scheduler, with the stand-in for a
// kubelet and kubectl beside them.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const usage = `usage: control-plane COMMAND [options]

  serve        --dir DIR      run etcd, API server, controllers and scheduler until SIGTERM
  certificate  --dir DIR      issue a client (or server) certificate of DIR's authority
  snapshot     --dir DIR      save the running etcd to a file
  restore      --dir DIR      bring the stopped etcd back to such a file
  kubelet                     stand in for one node's kubelet
  kubectl ...                 Kubernetes' own kubectl (also when called by that name)
  version                     the Kubernetes version inside

Every command explains its options with -h.
`

func main() {
	if filepath.Base(os.Args[0]) == "kubectl" {
		kubectl(os.Args[1:])
		return
	}
	if len(os.Args) < 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if os.Args[1] == "kubectl" {
		kubectl(os.Args[2:])
		return
	}
	command, known := map[string]func([]string) error{
		"serve":       serve,
		"certificate": certificate,
		"snapshot":    snapshotCommand,
		"restore":     restoreCommand,
		"kubelet":     kubelet,
		"version":     printVersion,
	}[os.Args[1]]
	if !known {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := command(os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "control-plane %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
