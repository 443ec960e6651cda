import { variableOf } from './daemon-set.ts';
import { kuredFlags } from './flags.ts';
import type { Found, Mount } from './found.ts';
import { isMap, type Json, mapAt, mapsIn } from './json.ts';

/**
 * Reads values of kured's Helm chart (6.x) as its template does: what is empty, 0 or false is left out, and where the chart mounts
 * the sentinel's folder a sentinel command is not passed.
 */
export function readHelmValues(values: Json): Found {
  const configuration = mapAt(values, 'configuration');
  const mounts = configuration['useRebootSentinelHostPath'] !== false;
  const args: string[] = [];
  const notes: string[] = [];
  for (const { name } of kuredFlags) {
    const key = camelCase(name);
    const value = configuration[key];
    if (!Object.hasOwn(configuration, key) || value === null) continue;
    if (name === 'reboot-sentinel-command' && mounts && isSet(value)) {
      notes.push(
        'configuration.rebootSentinelCommand is not passed to kured by the chart while useRebootSentinelHostPath is true: kured looks at the file alone; set sentinel.command by hand where the command was meant',
      );
    } else if (Array.isArray(value)) args.push(...value.map((entry) => `--${name}=${String(entry)}`));
    else if (isSet(value)) args.push(`--${name}=${String(value)}`);
    else if (value === 0 && name === 'drain-grace-period') {
      notes.push('configuration.drainGracePeriod is 0, which the chart does not pass: pods get their own grace period');
    }
  }
  for (const key of Object.keys(configuration)) {
    if (key === 'useRebootSentinelHostPath' || kuredFlags.some(({ name }) => camelCase(name) === key)) continue;
    notes.push(`configuration.${key.slice(0, 60)} is not known to the chart, which passes over it`);
  }
  for (const [name, value] of Object.entries(mapAt(values, 'extraArgs'))) {
    args.push(isSet(value) ? `--${name}=${String(value)}` : `--${name}`);
  }
  const variables = mapsIn(values['extraEnvVars']).map(variableOf);
  return {
    args,
    added: [],
    env: variables,
    inPod: true,
    mounts: mounts ? sentinelMount(configuration) : [],
    notes: [...notes, ...around(values)],
  };
}

/** Whether these are values of kured's chart. */
export function isHelmValues(value: unknown): value is Json {
  return isMap(value) && ['configuration', 'extraArgs', 'extraEnvVars'].some((key) => Object.hasOwn(value, key));
}

/** What Go's templates hold for true. */
function isSet(value: unknown): boolean {
  return value !== '' && value !== 0 && value !== false && value !== null && value !== undefined;
}

function camelCase(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The chart itself turns the path into one below its mount; here it is named as it is on the machine. */
function sentinelMount(configuration: Json): readonly Mount[] {
  const path = configuration['rebootSentinel'];
  const folder = typeof path === 'string' && path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '/var/run';
  return [{ inside: '/sentinel', outside: folder }];
}

function around(values: Json): readonly string[] {
  const selector = Object.entries(mapAt(values, 'nodeSelector')).filter(([label]) => label !== 'kubernetes.io/os');
  const nodes = selector.map(([label, value]) => `${label}=${String(value)}`).join(',');
  return [
    ...(nodes === '' ? [] : [`kured runs on the nodes with ${nodes} alone; install kured-host on those`]),
    ...(mapAt(values, 'metrics')['create'] === true
      ? [
          'metrics.create made a ServiceMonitor: let Prometheus find the nodes by metrics.listen, or node-exporter by metrics.textfile',
        ]
      : []),
  ];
}
