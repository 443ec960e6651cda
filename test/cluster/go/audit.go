package main

// auditPolicy keeps one entry for every request, without its body. Bodies are kept only where a
// test must see what was written: Nodes (not their status), Leases outside kube-node-lease, and
// evictions. The entry "RequestReceived" is left out: the two others carry its time.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  namespaces: [kube-node-lease]
- level: RequestResponse
  verbs: [create, update, patch, delete]
  resources:
  - {group: "", resources: [nodes, pods/eviction]}
  - {group: coordination.k8s.io, resources: [leases]}
- level: Metadata
`
