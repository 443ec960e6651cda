import type { Settings } from '../core/settings.ts';
import type { Values } from './schema.ts';

/** The values of all keys as the settings that the rooms get. */
export function settingsOf(values: Values): Settings {
  return {
    credentials: {
      kubeconfig: values['credentials.kubeconfig'],
      impersonate: values['credentials.impersonate'],
      nodeName: values['credentials.nodeName'],
    },
    lease: {
      namespace: values['lease.namespace'],
      name: values['lease.name'],
      priority: values['lease.priority'],
      releaseDelay: values['lease.releaseDelay'],
    },
    concurrency: values.concurrency,
    sentinel: {
      files: values['sentinel.files'],
      command: values['sentinel.command'],
      commandTimeout: values['sentinel.commandTimeout'],
      commandPeriod: values['sentinel.commandPeriod'],
    },
    maintenance: {
      windows: values['maintenance.windows'],
      exclude: values['maintenance.exclude'],
      weekdayOf: values['maintenance.weekdayOf'],
      deadline: values['maintenance.deadline'],
      randomDelay: values['maintenance.randomDelay'],
    },
    blockers: {
      packageManager: values['blockers.packageManager'],
      minimumUptime: values['blockers.minimumUptime'],
      prometheus: values['blockers.prometheus'],
      pods: values['blockers.pods'],
    },
    drain: {
      delay: values['drain.delay'],
      timeout: values['drain.timeout'],
      gracePeriodSeconds: values['drain.gracePeriod'],
      podSelector: values['drain.podSelector'],
      skipWaitForDeleteTimeout: values['drain.skipWaitForDeleteTimeout'],
    },
    hooks: { timeout: values['hooks.timeout'] },
    reboot: {
      method: values['reboot.method'],
      command: values['reboot.command'],
      signal: values['reboot.signal'],
      delay: values['reboot.delay'],
      deadline: values['reboot.deadline'],
      attempts: values['reboot.attempts'],
      maxRebootsPerDay: values['reboot.maxRebootsPerDay'],
    },
    verification: { timeout: values['verification.timeout'] },
    metrics: { listen: values['metrics.listen'], textfile: values['metrics.textfile'] },
    notifications: {
      urlFiles: values['notifications.urlFiles'],
      command: values['notifications.command'],
      moments: values['notifications.moments'],
      templates: values['notifications.templates'],
      waitingAfter: values['notifications.waitingAfter'],
      caFile: values['notifications.caFile'],
    },
    log: { level: values.logLevel },
  };
}

/** The inverse of `settingsOf`. */
export function valuesOf(settings: Settings): Values {
  const { credentials, lease, sentinel, maintenance, blockers, drain, reboot, notifications } = settings;
  return {
    'credentials.kubeconfig': credentials.kubeconfig,
    'credentials.impersonate': credentials.impersonate,
    'credentials.nodeName': credentials.nodeName,
    'lease.namespace': lease.namespace,
    'lease.name': lease.name,
    'lease.priority': lease.priority,
    'lease.releaseDelay': lease.releaseDelay,
    concurrency: settings.concurrency,
    'sentinel.files': sentinel.files,
    'sentinel.command': sentinel.command,
    'sentinel.commandTimeout': sentinel.commandTimeout,
    'sentinel.commandPeriod': sentinel.commandPeriod,
    'maintenance.windows': maintenance.windows,
    'maintenance.exclude': maintenance.exclude,
    'maintenance.weekdayOf': maintenance.weekdayOf,
    'maintenance.deadline': maintenance.deadline,
    'maintenance.randomDelay': maintenance.randomDelay,
    'blockers.packageManager': blockers.packageManager,
    'blockers.minimumUptime': blockers.minimumUptime,
    'blockers.prometheus': blockers.prometheus,
    'blockers.pods': blockers.pods,
    'drain.delay': drain.delay,
    'drain.timeout': drain.timeout,
    'drain.gracePeriod': drain.gracePeriodSeconds,
    'drain.podSelector': drain.podSelector,
    'drain.skipWaitForDeleteTimeout': drain.skipWaitForDeleteTimeout,
    'hooks.timeout': settings.hooks.timeout,
    'reboot.method': reboot.method,
    'reboot.command': reboot.command,
    'reboot.signal': reboot.signal,
    'reboot.delay': reboot.delay,
    'reboot.deadline': reboot.deadline,
    'reboot.attempts': reboot.attempts,
    'reboot.maxRebootsPerDay': reboot.maxRebootsPerDay,
    'verification.timeout': settings.verification.timeout,
    'metrics.listen': settings.metrics.listen,
    'metrics.textfile': settings.metrics.textfile,
    'notifications.urlFiles': notifications.urlFiles,
    'notifications.command': notifications.command,
    'notifications.moments': notifications.moments,
    'notifications.templates': notifications.templates,
    'notifications.waitingAfter': notifications.waitingAfter,
    'notifications.caFile': notifications.caFile,
    logLevel: settings.log.level,
  };
}
