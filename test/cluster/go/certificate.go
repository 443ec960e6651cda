package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// repeated is an option that may be given several times.
type repeated []string

func (r *repeated) String() string         { return strings.Join(*r, ",") }
func (r *repeated) Set(value string) error { *r = append(*r, value); return nil }

// certificate writes client.crt, client.key and client.pem (both in one, as a kubelet keeps them).
func certificate(arguments []string) error {
	flags := flag.NewFlagSet("certificate", flag.ExitOnError)
	dir := flags.String("dir", "", "the control plane's directory; its authority is made if absent")
	out := flags.String("out", "", "directory to write client.crt, client.key and client.pem to")
	name := flags.String("name", "", "common name, for example system:node:n1")
	valid := flags.Duration("valid", 365*24*time.Hour, "how long from now; negative: expired that long ago")
	notAfter := flags.String("not-after", "", "end of validity (RFC 3339), instead of -valid")
	var organizations, hosts repeated
	flags.Var(&organizations, "organization", "group, for example system:nodes (may be repeated)")
	flags.Var(&hosts, "host", "name or address: makes it a server's certificate (may be repeated)")
	_ = flags.Parse(arguments)
	if *dir == "" || *out == "" || *name == "" {
		return fmt.Errorf("--dir, --out and --name are needed")
	}
	end := time.Now().Add(*valid)
	if *notAfter != "" {
		parsed, err := time.Parse(time.RFC3339Nano, *notAfter)
		if err != nil {
			return err
		}
		end = parsed
	}
	ca, err := directory(*dir).authority()
	if err != nil {
		return err
	}
	return writeCertificate(ca, *out, "client", subject{*name, organizations, hosts, begin(end), end})
}

// begin is a start of validity an hour ago, or before an end that is longer ago than that.
func begin(end time.Time) time.Time {
	start := time.Now()
	if end.Before(start) {
		start = end
	}
	return start.Add(-time.Hour)
}

func writeCertificate(ca *authority, folder, name string, who subject) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	certificatePEM, keyPEM, err := ca.issue(who)
	if err != nil {
		return err
	}
	for suffix, text := range map[string][]byte{
		".crt": certificatePEM, ".key": keyPEM, ".pem": append(append([]byte{}, certificatePEM...), keyPEM...),
	} {
		if err := writeFile(filepath.Join(folder, name+suffix), text); err != nil {
			return err
		}
	}
	return nil
}
