import { outsideText } from '../core/outside-text.ts';
import type { Alert } from './alerts.ts';
import type { Sample } from './answers.ts';

const most = 10;
const longestName = 60;

/** Names of alerts with how many there are of each: `DiskFull (2), NodeDown (pending) and 3 more`. */
export function alertsText(alerts: readonly Alert[]): string {
  const groups = Map.groupBy(alerts, ({ name }) => name);
  const names = [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, all]) => {
      const notes = [all.length === 1 ? '' : `${all.length}`, all.every(({ pending }) => pending) ? 'pending' : ''];
      return withNotes(name, notes);
    });
  return listOf(names);
}

/** What a query found, by its labels: `up{instance="db-1"}`. Without values, which are others each time they are looked at. */
export function samplesText(samples: readonly Sample[]): string {
  return listOf(samples.map(sampleText));
}

function sampleText({ labels }: Sample): string {
  const { __name__: name = '', ...rest } = labels;
  const inner = Object.entries(rest).map(([label, of]) => `${label}=${JSON.stringify(of)}`);
  const braces = inner.length === 0 && name !== '' ? '' : `{${inner.join(',')}}`;
  return outsideText(`${name}${braces}`, longestName);
}

function withNotes(name: string, notes: readonly string[]): string {
  const given = notes.filter((note) => note !== '').join(' ');
  return `${outsideText(name, longestName)}${given === '' ? '' : ` (${given})`}`;
}

function listOf(names: readonly string[]): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
