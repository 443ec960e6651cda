package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/component-base/version"
)

const (
	startLimit = 90 * time.Second
	// stopLimit bounds the orderly stop of the API server, and then of etcd. With clients that
	// watch, the API server would wait a minute for them; after the limit their connections
	// break, and what etcd has acknowledged is in its files already.
	stopLimit = time.Second
)

type serveOptions struct {
	dir                           directory
	port                          int
	etcdData                      string
	untilStdinEnds, noControllers bool
	disabled, apiServer           repeated
}

// serve runs the control plane and prints `ready URL` when the API server answers and the
// controllers work.
func serve(arguments []string) error {
	o := serveOptions{}
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	dir := flags.String("dir", "", "where identity, data and audit log are kept")
	flags.IntVar(&o.port, "port", 0, "port of the API server (default: the one of the last start, or a free one)")
	flags.StringVar(&o.etcdData, "etcd-data", "", "etcd's data directory (default: etcd in --dir)")
	flags.BoolVar(&o.untilStdinEnds, "until-stdin-ends", false, "stop when standard input ends, so with the process that started it")
	flags.BoolVar(&o.noControllers, "without-controllers", false, "run neither controller manager nor scheduler")
	flags.Var(&o.disabled, "disable-controller", "leave out this controller (may be repeated)")
	flags.Var(&o.apiServer, "api-server-argument", "one more argument for kube-apiserver (may be repeated)")
	gates := flags.String("feature-gates", "", "feature gates of all components, as Kubernetes writes them")
	_ = flags.Parse(arguments)
	if *dir == "" {
		return errors.New("--dir is needed")
	}
	absolute, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	o.dir = directory(absolute)
	if *gates != "" {
		o.apiServer = append(o.apiServer, "--feature-gates="+*gates)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if o.untilStdinEnds {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			stop()
		}()
	}
	return run(ctx, o)
}

// run starts the parts in their order and stops them in the reverse one.
func run(ctx context.Context, o serveOptions) error {
	lock, err := o.dir.lock()
	if err != nil {
		return err
	}
	defer lock.Close()
	p, err := o.dir.ports(o.port)
	if err != nil {
		return err
	}
	if err := o.dir.prepare(p.API); err != nil {
		return err
	}
	etcd, err := startEtcd(o.dir, o.dir.etcdData(o.etcdData), p)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer func() {
		limited("etcd", background(make(chan error, 1), "etcd", func() error { etcd.Close(); return nil }))
	}()

	failed := make(chan error, 3)
	serverContext, stopServer := context.WithCancel(context.Background())
	defer stopServer()
	serverEnded := background(failed, "kube-apiserver", func() error {
		return runAPIServer(serverContext, append(apiServerArguments(o.dir, p), o.apiServer...))
	})
	controllersContext, stopControllers := context.WithCancel(context.Background())
	defer stopControllers()
	started := make(chan error, 1)
	go func() { started <- announce(controllersContext, o, p, failed) }()

	select {
	case <-ctx.Done():
	case err := <-failed:
		return err
	case err := <-started:
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case err := <-failed:
			return err
		}
	}
	stopControllers()
	stopServer()
	limited("kube-apiserver", serverEnded)
	return nil
}

// limited waits for a component's end, as long as an orderly stop may take.
func limited(name string, ended <-chan struct{}) {
	select {
	case <-ended:
	case <-time.After(stopLimit):
		fmt.Fprintf(os.Stderr, "%s did not end within %s, its connections break now\n", name, stopLimit)
	}
}

// announce starts what needs an API server, and says when everything works.
func announce(ctx context.Context, o serveOptions, p ports, failed chan<- error) error {
	url := fmt.Sprintf("https://127.0.0.1:%d", p.API)
	bounded, cancel := context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("waited %s", startLimit))
	defer cancel()
	if err := awaitReady(bounded, o.dir, url); err != nil {
		return err
	}
	if !o.noControllers {
		background(failed, "kube-controller-manager", func() error { return runControllerManager(ctx, o.dir, o.disabled) })
		background(failed, "kube-scheduler", func() error { return runScheduler(ctx, o.dir) })
		if err := awaitControllers(bounded, o.dir); err != nil {
			return err
		}
	}
	fmt.Printf("ready %s\n", url)
	return nil
}

// awaitControllers waits for the first thing that the controller manager makes: the default
// namespace's service account, without which no pod can be created there.
func awaitControllers(ctx context.Context, d directory) error {
	config, err := clientConfig(d.adminKubeconfig())
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for {
		_, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the controller manager made no service account: %w, last answer: %w", context.Cause(ctx), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// background runs a component; its early end, with or without an error, fails the whole.
func background(failed chan<- error, name string, component func() error) <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		failed <- fmt.Errorf("%s ended: %w", name, errors.Join(component(), errors.New("it was not asked to")))
	}()
	return ended
}

// clientConfig reads a kubeconfig for a client without rate limits of its own.
func clientConfig(kubeconfig string) (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return config, nil
}

func (d directory) etcdData(chosen string) string {
	if chosen != "" {
		return chosen
	}
	return d.path("etcd")
}

func printVersion([]string) error {
	_, err := fmt.Println(version.Get().GitVersion)
	return err
}
