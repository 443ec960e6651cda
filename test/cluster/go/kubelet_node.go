package main

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/component-base/version"
)

const again = 100 * time.Millisecond

// reportNode creates the Node if it is absent, and then reports its status: at once, at every
// change, and with each heartbeat. A real kubelet registers only at its start, too.
func (k *standIn) reportNode(ctx context.Context) {
	for {
		created, err := k.register(ctx)
		if err == nil {
			if created {
				say("node registered")
			}
			break
		}
		complain("registering the Node", err)
		if !pause(ctx, again) {
			return
		}
	}
	conditions := map[v1.NodeConditionType]v1.NodeCondition{}
	for {
		wait := k.heartbeat
		if ready, silent := k.state(); !silent {
			if err := k.patchStatus(ctx, ready, conditions); err != nil {
				complain("reporting the Node's status", err)
				wait = again
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-k.poke:
		case <-time.After(wait):
		}
	}
}

func (k *standIn) register(ctx context.Context) (bool, error) {
	labels := map[string]string{v1.LabelHostname: k.node, v1.LabelOSStable: runtime.GOOS, v1.LabelArchStable: runtime.GOARCH}
	node := &v1.Node{ObjectMeta: metav1.ObjectMeta{Name: k.node, Labels: labels}}
	_, err := k.client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return false, nil
	}
	return err == nil, err
}

// patchStatus sends a strategic merge patch of what a kubelet owns, so that conditions of others
// stay. Conditions remembers what was sent last.
func (k *standIn) patchStatus(ctx context.Context, ready bool, conditions map[v1.NodeConditionType]v1.NodeCondition) error {
	now := metav1.Now()
	wanted := []v1.NodeCondition{
		{Type: v1.NodeMemoryPressure, Status: v1.ConditionFalse, Reason: "KubeletHasSufficientMemory", Message: "kubelet has sufficient memory available"},
		{Type: v1.NodeDiskPressure, Status: v1.ConditionFalse, Reason: "KubeletHasNoDiskPressure", Message: "kubelet has no disk pressure"},
		{Type: v1.NodePIDPressure, Status: v1.ConditionFalse, Reason: "KubeletHasSufficientPID", Message: "kubelet has sufficient PID available"},
		readyCondition(ready),
	}
	changed := conditions[v1.NodeReady].Status != wanted[3].Status
	for i := range wanted {
		wanted[i].LastHeartbeatTime, wanted[i].LastTransitionTime = now, now
		if last, sent := conditions[wanted[i].Type]; sent && last.Status == wanted[i].Status {
			wanted[i].LastTransitionTime = last.LastTransitionTime
		}
	}
	patch, err := json.Marshal(map[string]any{"status": k.status(wanted)})
	if err != nil {
		return err
	}
	if _, err = k.client.CoreV1().Nodes().Patch(ctx, k.node, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status"); err != nil {
		return err
	}
	for _, condition := range wanted {
		conditions[condition.Type] = condition
	}
	if changed {
		say("node ready=%t boot=%s", ready, k.bootID)
	}
	return nil
}

func readyCondition(ready bool) v1.NodeCondition {
	if ready {
		return v1.NodeCondition{Type: v1.NodeReady, Status: v1.ConditionTrue, Reason: "KubeletReady", Message: "kubelet is posting ready status"}
	}
	return v1.NodeCondition{Type: v1.NodeReady, Status: v1.ConditionFalse, Reason: "KubeletNotReady", Message: "container runtime is down"}
}

func (k *standIn) status(conditions []v1.NodeCondition) map[string]any {
	capacity := v1.ResourceList{
		v1.ResourceCPU: resource.MustParse("8"), v1.ResourceMemory: resource.MustParse("16Gi"),
		v1.ResourcePods: *resource.NewQuantity(int64(k.pods), resource.DecimalSI),
	}
	return map[string]any{
		"capacity": capacity, "allocatable": capacity, "conditions": conditions,
		"addresses": []v1.NodeAddress{{Type: v1.NodeHostName, Address: k.node}, {Type: v1.NodeInternalIP, Address: "127.0.0.1"}},
		"nodeInfo": v1.NodeSystemInfo{
			BootID: k.bootID, MachineID: k.machineID, SystemUUID: k.machineID, KubeletVersion: version.Get().GitVersion,
			KernelVersion: "6.1.0", OSImage: "stand-in", ContainerRuntimeVersion: "none://0",
			OperatingSystem: runtime.GOOS, Architecture: runtime.GOARCH,
		},
	}
}

// renewLease keeps kube-node-lease/<node> fresh, as the kubelet does: a PUT of what it wrote
// last, and a new read after a conflict.
func (k *standIn) renewLease(ctx context.Context) {
	leases := k.client.CoordinationV1().Leases(v1.NamespaceNodeLease)
	var last *coordinationv1.Lease
	for {
		wait := k.leaseDuration / 4
		if _, silent := k.state(); !silent {
			var err error
			if last == nil {
				last, err = leases.Get(ctx, k.node, metav1.GetOptions{})
			}
			now, seconds := metav1.NowMicro(), int32(k.leaseDuration.Seconds())
			switch {
			case apierrors.IsNotFound(err):
				spec := coordinationv1.LeaseSpec{HolderIdentity: &k.node, LeaseDurationSeconds: &seconds, RenewTime: &now}
				last, err = leases.Create(ctx, &coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Name: k.node}, Spec: spec}, metav1.CreateOptions{})
			case err == nil:
				renewed := last.DeepCopy()
				renewed.Spec.LeaseDurationSeconds, renewed.Spec.RenewTime = &seconds, &now
				last, err = leases.Update(ctx, renewed, metav1.UpdateOptions{})
			}
			if err != nil {
				last, wait = nil, again
				if !os.IsTimeout(err) && ctx.Err() == nil {
					complain("renewing the node's Lease", err)
				}
			}
		}
		if !pause(ctx, wait) {
			return
		}
	}
}
