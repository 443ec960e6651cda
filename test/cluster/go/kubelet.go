package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
)

// standIn does for one node what its kubelet would do at the API server, with the node's own
// certificate. It runs no containers.
type standIn struct {
	client        kubernetes.Interface
	node          string
	bootID        string
	machineID     string
	pods          int
	heartbeat     time.Duration
	leaseDuration time.Duration

	mutex  sync.Mutex
	ready  bool
	silent bool
	poke   chan struct{}
}

// kubelet reports the Node, renews its Lease and looks after its pods, until standard input ends
// or SIGTERM. Commands on standard input, one a line: "ready on|off", "silent on|off".
// On standard output, one line for each thing it did.
func kubelet(arguments []string) error {
	flags := flag.NewFlagSet("kubelet", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "the node's kubeconfig")
	bootIDFile := flags.String("boot-id-file", "/proc/sys/kernel/random/boot_id", "read once, at start")
	machineIDFile := flags.String("machine-id-file", "/etc/machine-id", "read once, at start")
	readyDelay := flags.Duration("ready-delay", 0, "Ready=False for this long after the start")
	k := &standIn{ready: true, poke: make(chan struct{}, 1)}
	flags.StringVar(&k.node, "node", "", "the Node's name")
	flags.IntVar(&k.pods, "pods", 250, "how many pods the node takes")
	flags.DurationVar(&k.heartbeat, "heartbeat", 10*time.Second, "between two reports of an unchanged state")
	flags.DurationVar(&k.leaseDuration, "lease-duration", 40*time.Second, "of the Lease in kube-node-lease")
	_ = flags.Parse(arguments)
	if *kubeconfig == "" || k.node == "" {
		return errors.New("--kubeconfig and --node are needed")
	}
	config, err := clientConfig(*kubeconfig)
	if err != nil {
		return err
	}
	config.UserAgent = "kubelet-stand-in"
	if k.client, err = kubernetes.NewForConfig(config); err != nil {
		return err
	}
	if k.bootID, err = readLine(*bootIDFile); err != nil {
		return err
	}
	if k.machineID, err = readLine(*machineIDFile); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if *readyDelay > 0 {
		k.ready = false
		time.AfterFunc(*readyDelay, func() { k.set(func() { k.ready = true }) })
	}
	go func() {
		k.obey(bufio.NewScanner(os.Stdin))
		stop()
	}()
	var parts sync.WaitGroup
	for _, part := range []func(context.Context){k.reportNode, k.renewLease, k.lookAfterPods} {
		parts.Add(1)
		go func() { defer parts.Done(); part(ctx) }()
	}
	parts.Wait()
	return nil
}

func (k *standIn) obey(commands *bufio.Scanner) {
	for commands.Scan() {
		switch command := strings.TrimSpace(commands.Text()); command {
		case "ready on", "ready off":
			k.set(func() { k.ready = command == "ready on" })
		case "silent on", "silent off":
			k.set(func() { k.silent = command == "silent on" })
			say("%s", command)
		default:
			say("unknown command %q", command)
		}
	}
}

// set changes the state and has it reported at once.
func (k *standIn) set(change func()) {
	k.mutex.Lock()
	change()
	k.mutex.Unlock()
	select {
	case k.poke <- struct{}{}:
	default:
	}
}

func (k *standIn) state() (ready, silent bool) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	return k.ready, k.silent
}

func readLine(file string) (string, error) {
	text, err := os.ReadFile(file)
	return strings.TrimSpace(string(text)), err
}

func say(format string, values ...any) { fmt.Printf(format+"\n", values...) }

func complain(doing string, err error) { fmt.Fprintf(os.Stderr, "%s: %v\n", doing, err) }

// pause waits, and says whether the context still lives.
func pause(ctx context.Context, duration time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(duration):
		return true
	}
}
