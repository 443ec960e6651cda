//go:build kubernetes1.30

package main

import (
	"context"

	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	controllerconfig "k8s.io/kubernetes/cmd/kube-controller-manager/app/config"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
)

func completeAPIServer(_ context.Context, o *options.ServerRunOptions) (options.CompletedOptions, error) {
	return o.Complete()
}

func runCompletedAPIServer(ctx context.Context, completed options.CompletedOptions) error {
	return apiserver.Run(completed, ctx.Done())
}

func configureControllers(
	_ context.Context, o *controlleroptions.KubeControllerManagerOptions, known, disabled []string, aliases map[string]string,
) (*controllerconfig.Config, error) {
	return o.Config(known, disabled, aliases)
}
