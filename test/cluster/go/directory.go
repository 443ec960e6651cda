package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// directory is where one control plane keeps its identity and data between two starts.
type directory string

func (d directory) path(name string) string { return filepath.Join(string(d), name) }

func (d directory) adminKubeconfig() string { return d.path("admin.kubeconfig") }

// lock makes sure that one process at a time uses the directory. The kernel gives the lock back
// when the process ends, however it ends.
func (d directory) lock() (*os.File, error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(d.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, fmt.Errorf("%s is in use by a control plane that runs: %w", d, err)
	}
	return file, nil
}

// ports stay the same over restarts, so that clients find the same server again.
type ports struct {
	API        int `json:"api"`
	EtcdClient int `json:"etcdClient"`
	EtcdPeer   int `json:"etcdPeer"`
}

func (d directory) readPorts() (ports, error) {
	var chosen ports
	text, err := os.ReadFile(d.path("ports.json"))
	if err != nil {
		return chosen, err
	}
	return chosen, json.Unmarshal(text, &chosen)
}

// ports reads the saved ports or chooses free ones; wanted (not 0) overrides the API server's.
func (d directory) ports(wanted int) (ports, error) {
	chosen, err := d.readPorts()
	if errors.Is(err, fs.ErrNotExist) {
		chosen, err = choosePorts()
	}
	if err != nil {
		return chosen, err
	}
	if wanted != 0 {
		chosen.API = wanted
	}
	text, err := json.Marshal(chosen)
	if err != nil {
		return chosen, err
	}
	return chosen, os.WriteFile(d.path("ports.json"), text, 0o600)
}

// choosePorts stays below the kernel's ephemeral range (32768 and up): while the server is
// stopped, no outgoing connection can take its port, and no client that retries can connect
// to itself.
func choosePorts() (ports, error) {
	free := make([]int, 0, 3)
	for attempt := 0; attempt < 1000 && len(free) < cap(free); attempt++ {
		port := 16000 + rand.IntN(16000)
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			continue
		}
		defer listener.Close()
		free = append(free, port)
	}
	if len(free) < cap(free) {
		return ports{}, errors.New("no three free ports between 16000 and 32000 on 127.0.0.1")
	}
	return ports{API: free[0], EtcdClient: free[1], EtcdPeer: free[2]}, nil
}
