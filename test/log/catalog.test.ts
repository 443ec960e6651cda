import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogText } from '../../src/log/catalog.ts';
import { eventRows } from '../../src/log/message-ids.ts';

const rows = Object.entries(eventRows);

test('the installed catalogue is the one the table makes', () => {
  const installed = readFileSync(new URL('../../systemd/kured-host.catalog', import.meta.url), 'utf8');
  assert.equal(installed, catalogText(), '`make docs` writes it anew');
});

test('each kind of event is told somewhere', () => {
  const rooms = ['daemon', 'sentinel', 'hooks', 'control', 'metrics', 'notify', 'log'].map(
    (room) => new URL(`../../src/${room}/`, import.meta.url),
  );
  const files = rooms.flatMap((room) => readdirSync(room).map((name) => new URL(name, room)));
  const code = files
    .filter(({ pathname }) => !/\/rows-[a-z]+\.ts$/.test(pathname))
    .map((file) => readFileSync(file, 'utf8'));
  const told = new Set(code.flatMap((text) => text.match(/(?<=(?:event\(|write\(|: |\? |\[)')[a-z-]+(?=')/g) ?? []));
  assert.deepEqual(
    rows.map(([kind]) => kind).filter((kind) => !told.has(kind)),
    [],
  );
});

test('each kind of event has a message ID of its own, as journald wants it', () => {
  for (const [code, row] of rows) assert.match(row.id, /^[0-9a-f]{32}$/, code);
  assert.equal(new Set(rows.map(([, row]) => row.id)).size, rows.length);
});

test('texts are constant: no two kinds share one, none has a place for details or a full stop', () => {
  for (const [code, row] of rows) assert.match(row.text, /^[A-Z][^{}%@]*[^.]$/, code);
  assert.equal(new Set(rows.map(([, row]) => row.text)).size, rows.length);
});

test('explanations are whole sentences, and only a field that is always there is filled in', () => {
  for (const [code, row] of rows) {
    assert.match(row.explanation, /(\.|@KURED_REMEDY@)$/, code);
    assert.deepEqual(
      (row.explanation.match(/@[^@]*@/g) ?? []).filter((place) => place !== '@KURED_REMEDY@'),
      [],
      code,
    );
  }
});

test('the catalogue reads as journalctl reads it: an entry begins with --, then headers, an empty line, the text', () => {
  const entries = catalogText().split(/^-- /m).slice(1);
  assert.equal(entries.length, rows.length);
  for (const entry of entries) {
    assert.match(entry, /^[0-9a-f]{32}\nSubject: .+\nDefined-By: kured-host\nDocumentation: .+\n\n(?:.{1,80}\n)+\n?$/);
  }
});
