/**
 * Interleavings that break simpler rules than those of the Lease and the phases, as a model of the rules found them before the code was
 * written. Each is told by a story that names it ("shows: F1").
 */
export const findings: Readonly<Record<string, string>> = {
  F1: 'A claim lands after everybody has forgotten it: nobody would release it, and the pool would stand still for good.',
  F2: "An uncordon that comes late hits the next claim, or a person's cordon.",
  F3: 'A back-out that is not written down: a restart would go on with the drain, and a late uncordon open the node under it.',
  F4: 'A restart between fence and call would reboot without permission, and without having seen the drain.',
  F5: 'A mark without a claim would be undone before the kubelet is Ready, or in the middle of a shutdown.',
  F6: 'Backing out after a reboot call without an answer: logind may recover and reboot a node that holds nothing.',
  F7: 'A sentinel that survives the boot would reboot the node again, for ever, if only a process remembered it.',
  F8: 'A queue full of machines that died would never be passed by.',
  F9: 'A holder that stays in the queue, or renews often, would keep the others from a second place and from the turn.',
  F10: "A cordon that comes late would be undone with a person's, or stand without a claim.",
  F11: 'The mark alone does not prove that a cordon is ours: a person may have uncordoned and cordoned again.',
  F12: 'A Lease that was deleted would be created again with its old holders by a write that does not name its uid.',
  F13: 'A restored etcd brings holders back, and takes others away.',
  F14: 'Nodes that disagree about the limit would let more than the strictest of them go down.',
  F15: 'A service that is killed again and again would never meet a deadline that only its memory knows.',
  F16: 'An order by clocks would put a machine in 1970 first, for ever.',
  F17: 'Another uid of the Node is no reason to take a claim over: a machine of that name lives.',
  F18: 'Stuck as a phase would forget whether the fence was written, and have no way out.',
  F19: 'A holder that does not watch would see a pause, a release or a lowered limit only with its next write.',
  F20: 'Another pool in the configuration while a claim is held would leave the old pool blocked.',
  F21: 'An entry, a format or a field that this version does not know must stop nobody else, and be kept.',
  F22: 'A fence that takes minutes, with permission from before it, would reboot outside the window.',
  F23: "A machine with a copied certificate would take its twin's entry for its own, and release it.",
  F24: 'Percentages would make hundreds of holders.',
  F25: 'A service that is stopped or removed while it holds would block the pool.',
  F26: 'A heartbeat compared with a clock that is being set proves nothing; the boot ID does.',
  F27: 'A start that finds a place in the queue, a Node or a Lease that is gone, or a soft reboot.',
};
