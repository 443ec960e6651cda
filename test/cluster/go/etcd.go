package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

const member = "control-plane"

// startEtcd runs a one-member etcd and returns when it serves. The configuration goes through
// etcd's own file format, whose words are the same in all versions; the Go fields are not.
func startEtcd(d directory, data string, p ports) (*embed.Etcd, error) {
	lines := []string{
		"name: " + member,
		"data-dir: " + data,
		"listen-client-urls: " + clientURL(p),
		"advertise-client-urls: " + clientURL(p),
		"listen-peer-urls: " + peerURL(p),
		"initial-advertise-peer-urls: " + peerURL(p),
		fmt.Sprintf("initial-cluster: %s=%s", member, peerURL(p)),
		"unsafe-no-fsync: true",
		// One member elects itself: nothing is gained by waiting a second for it.
		"heartbeat-interval: 10",
		"election-timeout: 100",
		"log-level: error",
		"log-outputs: [stderr]",
	}
	if err := writeFile(d.path("etcd.yaml"), []byte(strings.Join(lines, "\n")+"\n")); err != nil {
		return nil, err
	}
	config, err := embed.ConfigFromFile(d.path("etcd.yaml"))
	if err != nil {
		return nil, err
	}
	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, nil
	case err := <-etcd.Err():
		return nil, err
	case <-time.After(30 * time.Second):
		etcd.Close()
		return nil, errors.New("etcd was not ready within 30 s")
	}
}

func clientURL(p ports) string { return fmt.Sprintf("http://127.0.0.1:%d", p.EtcdClient) }

func peerURL(p ports) string { return fmt.Sprintf("http://127.0.0.1:%d", p.EtcdPeer) }
