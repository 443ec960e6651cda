package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/spf13/pflag"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// apiServerArguments are what kubeadm gives where it matters for a node's rights: Node,RBAC and
// NodeRestriction. Everything else is kube-apiserver's default.
func apiServerArguments(d directory, p ports) []string {
	return []string{
		"--etcd-servers=" + clientURL(p),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", p.API),
		"--tls-cert-file=" + d.path("server.crt"),
		"--tls-private-key-file=" + d.path("server.key"),
		"--cert-dir=" + d.path("generated"),
		"--client-ca-file=" + d.path("ca.crt"),
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + d.path("service-account.key"),
		"--service-account-signing-key-file=" + d.path("service-account.key"),
		"--service-cluster-ip-range=10.0.0.0/24",
		"--allow-privileged=true",
		"--endpoint-reconciler-type=none",
		"--audit-log-path=" + d.path("audit.log"),
		"--audit-policy-file=" + d.path("audit-policy.yaml"),
		// Never rotated within a test run: a reader follows one file.
		"--audit-log-maxsize=100000",
	}
}

// runAPIServer returns when ctx is cancelled and all requests have ended, or with the error.
func runAPIServer(ctx context.Context, arguments []string) error {
	server := options.NewServerRunOptions()
	if err := parse(server.Flags(), arguments); err != nil {
		return err
	}
	completed, err := completeAPIServer(ctx, server)
	if err != nil {
		return err
	}
	if problems := completed.Validate(); len(problems) > 0 {
		return utilerrors.NewAggregate(problems)
	}
	return runCompletedAPIServer(ctx, completed)
}

// parse reads arguments into a component's own flags.
func parse(named cliflag.NamedFlagSets, arguments []string) error {
	all := pflag.NewFlagSet("component", pflag.ContinueOnError)
	for _, set := range named.FlagSets {
		all.AddFlagSet(set)
	}
	return all.Parse(arguments)
}

// awaitReady asks /readyz until it answers 200.
func awaitReady(ctx context.Context, d directory, url string) error {
	ca, err := os.ReadFile(d.path("ca.crt"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Second}
	for {
		answer, err := client.Get(url + "/readyz")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the API server did not answer 200 to /readyz: %w", context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}
