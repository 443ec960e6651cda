package main

import (
	"context"
	"slices"
	"strings"

	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// controllerNames are the controllers that a drain meets. Without the disruption controller
// every PodDisruptionBudget refuses for ever.
var controllerNames = []string{
	"disruption-controller",
	"node-lifecycle-controller",
	"taint-eviction-controller",
	"namespace-controller",
	"serviceaccount-controller",
	"garbage-collector-controller",
	"replicaset-controller",
	"deployment-controller",
	"daemonset-controller",
	"statefulset-controller",
}

// runControllerManager returns when ctx is cancelled. It needs an API server that answers.
func runControllerManager(ctx context.Context, d directory, disabled []string) error {
	enabled := slices.DeleteFunc(slices.Clone(controllerNames), func(name string) bool { return slices.Contains(disabled, name) })
	o, err := controlleroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	known, offByDefault, aliases := controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases()
	err = parse(o.Flags(known, offByDefault, aliases), []string{
		"--kubeconfig=" + d.path("controller-manager.kubeconfig"),
		"--leader-elect=false",
		"--use-service-account-credentials=true",
		"--secure-port=0",
		"--controllers=" + strings.Join(enabled, ","),
	})
	if err != nil {
		return err
	}
	config, err := configureControllers(ctx, o, known, offByDefault, aliases)
	if err != nil {
		return err
	}
	return controllers.Run(ctx, config.Complete())
}

// runScheduler returns when ctx is cancelled.
func runScheduler(ctx context.Context, d directory) error {
	o := scheduleroptions.NewOptions()
	err := parse(*o.Flags, []string{
		"--kubeconfig=" + d.path("scheduler.kubeconfig"),
		"--leader-elect=false",
		"--secure-port=0",
	})
	if err != nil {
		return err
	}
	config, instance, err := scheduler.Setup(ctx, o)
	if err != nil {
		return err
	}
	return scheduler.Run(ctx, config, instance)
}
