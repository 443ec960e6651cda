package main

import (
	"context"
	"encoding/json"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
)

// What a test says about a pod, as annotations.
const (
	// exitsAfter is how long the containers take to end once asked; never longer than the grace period, which is the default.
	exitsAfter = "stand-in/exits-after"
	// isReady "false" keeps a running pod not ready.
	isReady = "stand-in/ready"
)

// podWorkers has a worker for each pod of the node. Only one goroutine uses it.
type podWorkers map[types.UID]chan *v1.Pod

// lookAfterPods follows the node's own pods by list and watch. After a broken watch it lists anew
// at once, so that it is soon back when the API server is.
func (k *standIn) lookAfterPods(ctx context.Context) {
	pods, workers := k.client.CoreV1().Pods(v1.NamespaceAll), podWorkers{}
	mine := fields.OneTermEqualSelector("spec.nodeName", k.node).String()
	for {
		list, err := pods.List(ctx, metav1.ListOptions{FieldSelector: mine})
		if err == nil {
			k.replace(ctx, workers, list.Items)
			var events watch.Interface
			events, err = pods.Watch(ctx, metav1.ListOptions{FieldSelector: mine, ResourceVersion: list.ResourceVersion})
			if err == nil {
				k.follow(ctx, workers, events)
			}
		}
		if err != nil && ctx.Err() == nil {
			complain("following the node's pods", err)
		}
		if !pause(ctx, again) {
			return
		}
	}
}

// follow returns when the watch ends, or tells of an error.
func (k *standIn) follow(ctx context.Context, workers podWorkers, events watch.Interface) {
	defer events.Stop()
	for event := range events.ResultChan() {
		pod, isPod := event.Object.(*v1.Pod)
		switch {
		case !isPod:
			return
		case event.Type == watch.Deleted:
			workers.forget(pod.UID, pod.Namespace+"/"+pod.Name)
		default:
			k.give(ctx, workers, pod)
		}
	}
}

func (k *standIn) replace(ctx context.Context, workers podWorkers, listed []v1.Pod) {
	present := map[types.UID]bool{}
	for i := range listed {
		present[listed[i].UID] = true
		k.give(ctx, workers, &listed[i])
	}
	for uid := range workers {
		if !present[uid] {
			workers.forget(uid, string(uid))
		}
	}
}

// give hands the newest state to the pod's worker, in place of one that it has not taken yet.
func (k *standIn) give(ctx context.Context, workers podWorkers, pod *v1.Pod) {
	worker, known := workers[pod.UID]
	if !known {
		worker = make(chan *v1.Pod, 1)
		workers[pod.UID] = worker
		go k.lookAfter(ctx, worker)
	}
	select {
	case <-worker:
	default:
	}
	worker <- pod
}

func (w podWorkers) forget(uid types.UID, name string) {
	if worker, known := w[uid]; known {
		close(worker)
		delete(w, uid)
		say("pod %s gone", name)
	}
}

// lookAfter brings one pod where it should be, each time it changes.
func (k *standIn) lookAfter(ctx context.Context, changes <-chan *v1.Pod) {
	var pod *v1.Pod
	var retry <-chan time.Time
	removed := false
	for {
		select {
		case <-ctx.Done():
			return
		case newer, alive := <-changes:
			if !alive {
				return
			}
			pod = newer
		case <-retry:
		}
		retry = nil
		if wait := k.bring(ctx, pod, &removed); wait > 0 {
			retry = time.After(wait)
		}
	}
}

// bring does the next thing for the pod and says when to come back (0: at its next change).
func (k *standIn) bring(ctx context.Context, pod *v1.Pod, removed *bool) time.Duration {
	if pod.DeletionTimestamp != nil {
		if *removed {
			return 0
		}
		if left := time.Until(endOf(pod)); left > 0 {
			return left
		}
		if err := k.remove(ctx, pod); err != nil {
			complain("removing pod "+pod.Namespace+"/"+pod.Name, err)
			return again
		}
		*removed = true
		return 0
	}
	if finished(pod) {
		return 0
	}
	ready := pod.Annotations[isReady] != "false"
	if pod.Status.Phase == v1.PodRunning && ready == conditionTrue(pod, v1.PodReady) {
		return 0
	}
	if err := k.patchPod(ctx, pod, runningStatus(pod, ready)); err != nil {
		complain("starting pod "+pod.Namespace+"/"+pod.Name, err)
		return again
	}
	say("pod %s/%s running ready=%t", pod.Namespace, pod.Name, ready)
	return 0
}

// endOf is when the pod's containers have ended: deletionTimestamp is when the grace time is up.
func endOf(pod *v1.Pod) time.Time {
	end := pod.DeletionTimestamp.Time
	takes, err := time.ParseDuration(pod.Annotations[exitsAfter])
	if err != nil || pod.DeletionGracePeriodSeconds == nil {
		return end
	}
	begin := end.Add(-time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second)
	if early := begin.Add(takes); early.Before(end) {
		return early
	}
	return end
}

// remove reports the containers' end and deletes the pod with grace 0, as a kubelet does.
func (k *standIn) remove(ctx context.Context, pod *v1.Pod) error {
	if !finished(pod) {
		if err := k.patchPod(ctx, pod, endedStatus(pod)); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	options := metav1.NewDeleteOptions(0)
	options.Preconditions = &metav1.Preconditions{UID: &pod.UID}
	err := k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, *options)
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

func (k *standIn) patchPod(ctx context.Context, pod *v1.Pod, status v1.PodStatus) error {
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": pod.UID}, "status": status})
	if err != nil {
		return err
	}
	_, err = k.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

func runningStatus(pod *v1.Pod, ready bool) v1.PodStatus {
	now, started := metav1.Now(), true
	status := v1.PodStatus{Phase: v1.PodRunning, HostIP: "127.0.0.1", PodIP: "127.0.0.2", StartTime: &now}
	for _, kind := range []v1.PodConditionType{v1.PodScheduled, v1.PodInitialized, v1.ContainersReady, v1.PodReady} {
		value := v1.ConditionTrue
		if !ready && (kind == v1.ContainersReady || kind == v1.PodReady) {
			value = v1.ConditionFalse
		}
		status.Conditions = append(status.Conditions, v1.PodCondition{Type: kind, Status: value, LastTransitionTime: now})
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, v1.ContainerStatus{
			Name: container.Name, Image: container.Image, Ready: ready, Started: &started,
			State: v1.ContainerState{Running: &v1.ContainerStateRunning{StartedAt: now}},
		})
	}
	return status
}

func endedStatus(pod *v1.Pod) v1.PodStatus {
	now := metav1.Now()
	status := v1.PodStatus{Phase: v1.PodSucceeded}
	for _, kind := range []v1.PodConditionType{v1.ContainersReady, v1.PodReady} {
		status.Conditions = append(status.Conditions, v1.PodCondition{Type: kind, Status: v1.ConditionFalse, Reason: "PodCompleted", LastTransitionTime: now})
	}
	for _, container := range pod.Spec.Containers {
		status.ContainerStatuses = append(status.ContainerStatuses, v1.ContainerStatus{
			Name: container.Name, Image: container.Image,
			State: v1.ContainerState{Terminated: &v1.ContainerStateTerminated{Reason: "Completed", FinishedAt: now}},
		})
	}
	return status
}

func finished(pod *v1.Pod) bool {
	return pod.Status.Phase == v1.PodSucceeded || pod.Status.Phase == v1.PodFailed
}

func conditionTrue(pod *v1.Pod, kind v1.PodConditionType) bool {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == kind {
			return condition.Status == v1.ConditionTrue
		}
	}
	return false
}
