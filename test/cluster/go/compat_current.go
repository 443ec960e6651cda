//go:build !kubernetes1.30

package main

import (
	"context"

	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controllerconfig "k8s.io/kubernetes/cmd/kube-controller-manager/app/config"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
)

// The signatures that differ between Kubernetes 1.30 and later ones.

func completeAPIServer(ctx context.Context, o *options.ServerRunOptions) (options.CompletedOptions, error) {
	if err := o.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return options.CompletedOptions{}, err
	}
	return o.Complete(ctx)
}

func runCompletedAPIServer(ctx context.Context, completed options.CompletedOptions) error {
	return apiserver.Run(ctx, completed)
}

func configureControllers(
	ctx context.Context, o *controlleroptions.KubeControllerManagerOptions, known, disabled []string, aliases map[string]string,
) (*controllerconfig.Config, error) {
	return o.Config(ctx, known, disabled, aliases)
}
