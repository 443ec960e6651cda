package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/etcdutl/v3/snapshot"
	"go.uber.org/zap"
)

// snapshotCommand saves the running etcd to a file, as `etcdctl snapshot save` does.
func snapshotCommand(arguments []string) error {
	flags := flag.NewFlagSet("snapshot", flag.ExitOnError)
	dir := flags.String("dir", "", "the control plane's directory")
	to := flags.String("to", "", "file to write")
	_ = flags.Parse(arguments)
	if *dir == "" || *to == "" {
		return errors.New("--dir and --to are needed")
	}
	p, err := directory(*dir).readPorts()
	if err != nil {
		return err
	}
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{clientURL(p)}, DialTimeout: 5 * time.Second, Logger: zap.NewNop()})
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	stream, err := client.Snapshot(ctx)
	if err != nil {
		return fmt.Errorf("etcd of %s gave no snapshot: %w", *dir, err)
	}
	defer stream.Close()
	return saveStream(stream, *to)
}

func saveStream(stream io.Reader, to string) error {
	temporary, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*")
	if err != nil {
		return err
	}
	_, copying := io.Copy(temporary, stream)
	if err := errors.Join(copying, temporary.Close()); err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return os.Rename(temporary.Name(), to)
}

// restoreCommand puts a saved snapshot in the place of the data, as `etcdutl snapshot restore`
// does. Revisions, which clients see as resourceVersions, go back with it.
func restoreCommand(arguments []string) error {
	flags := flag.NewFlagSet("restore", flag.ExitOnError)
	dir := flags.String("dir", "", "the control plane's directory; the control plane must be stopped")
	from := flags.String("from", "", "file written by snapshot")
	data := flags.String("etcd-data", "", "etcd's data directory (default: etcd in --dir)")
	_ = flags.Parse(arguments)
	if *dir == "" || *from == "" {
		return errors.New("--dir and --from are needed")
	}
	d := directory(*dir)
	lock, err := d.lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	p, err := d.readPorts()
	if err != nil {
		return err
	}
	place := d.etcdData(*data)
	restored := place + ".restored"
	if err := os.RemoveAll(restored); err != nil {
		return err
	}
	err = snapshot.NewV3(zap.NewNop()).Restore(snapshot.RestoreConfig{
		SnapshotPath: *from, OutputDataDir: restored, Name: member,
		PeerURLs: []string{peerURL(p)}, InitialCluster: member + "=" + peerURL(p), InitialClusterToken: "restored",
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	return os.Rename(restored, place)
}
