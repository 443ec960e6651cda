import type { Row } from '../language.ts';
import { clusterRows } from './cluster.ts';
import { hookRows } from './hooks.ts';
import { kubeletRows } from './kubelet.ts';
import { machineRows } from './machine.ts';
import { needRows } from './needs.ts';
import { otherRows } from './others.ts';
import { permissionRows } from './permission.ts';
import { personRows } from './persons.ts';
import { podRows } from './pods.ts';
import { requestRows } from './requests.ts';
import { serviceRows } from './service.ts';
import { timeRows } from './time.ts';

/** Every command that a story may have, by topic. The first that fits a line is meant, so what says more stands first. */
export const topics: Readonly<Record<string, readonly Row[]>> = {
  'the service': serviceRows,
  'time and clocks': timeRows,
  'the need for a reboot': needRows,
  'what is against it': permissionRows,
  'pods and the drain': podRows,
  hooks: hookRows,
  'the machine, logind and systemd': machineRows,
  'the kubelet and the Node': kubeletRows,
  persons: personRows,
  'other nodes': otherRows,
  'the API server': clusterRows,
  'single requests': requestRows,
};

export const allRows: readonly Row[] = Object.values(topics).flat();
