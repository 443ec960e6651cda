import { noticeMoments } from '../core/notice.ts';
import { momentList, templateMap } from './kinds-notice.ts';
import { durationOrNone } from './kinds-number.ts';
import { absolutePath, absolutePaths, command, listenAddress, oneOf, textfilePath } from './kinds-text.ts';
import { optionalRow, row } from './row.ts';

/** Who is told, and of what. */
export const rowsOfTelling = {
  'metrics.listen': optionalRow(listenAddress, 'no listener', {
    example: '"127.0.0.1:9110"',
    sentence: 'The address or unix socket that serves metrics.',
  }),
  'metrics.textfile': optionalRow(textfilePath, 'no file', {
    example: '/var/lib/prometheus/node-exporter/kured-host.prom',
    sentence: "The file for node-exporter's textfile collector, written every 15 s.",
  }),
  'notifications.urlFiles': row(absolutePaths, [], {
    example: '[/etc/kured-host/notify]',
    sentence:
      'Files with a notification URL on each line, one for each receiver; only root should be able to read them.',
  }),
  'notifications.command': optionalRow(command, 'no command', {
    example: '[/usr/local/sbin/tell-the-operators]',
    sentence: 'A command that gets each message as JSON on its standard input; exit status 0 means sent.',
  }),
  'notifications.moments': row(momentList, [...noticeMoments], {
    example: '[draining, back, stuck]',
    sentence: 'What is told.',
  }),
  'notifications.templates': row(
    templateMap,
    {},
    {
      example: '{draining: "{node} is drained: {why}"}',
      sentence:
        'Other texts for moments: {node}, {why}, {moment}, {at} and {since} are filled in, and %s is the name of the node.',
    },
  ),
  'notifications.waitingAfter': row(durationOrNone('1m', '8784h', 'none'), '24h', {
    example: '72h',
    sentence: 'How long a reboot is needed before it is told that it still waits; 0s for never.',
  }),
  'notifications.caFile': optionalRow(absolutePath, 'the authorities that Node knows', {
    example: '/etc/ssl/certs/ca-certificates.crt',
    sentence: 'The certificates of the authorities that receivers are trusted by.',
  }),
  logLevel: row(oneOf('error', 'warn', 'info', 'debug'), 'info', {
    example: 'debug',
    sentence: 'The least important messages that are logged.',
  }),
};
