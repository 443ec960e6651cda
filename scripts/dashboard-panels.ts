/** A panel of Grafana and how wide it is, of 24. */
export interface Cell {
  readonly width: number;
  readonly panel: Readonly<Record<string, unknown>>;
}

type Row = readonly [height: number, cells: readonly Cell[]];

export function row(height: number, cells: readonly Cell[]): Row {
  return [height, cells];
}

/** One number; amber or red as soon as it is not 0. */
export function stat(
  width: number,
  title: string,
  description: string,
  expr: string,
  color: 'plain' | 'amber' | 'red',
): Cell {
  const none = { color: color === 'plain' ? 'text' : 'green', value: null };
  const some = color === 'plain' ? [] : [{ color: color === 'amber' ? 'yellow' : 'red', value: 1 }];
  return cell(width, 'stat', title, description, [{ ...target('A', expr), instant: true }], {
    fieldConfig: {
      defaults: { thresholds: { mode: 'absolute', steps: [none, ...some] }, noValue: '0' },
      overrides: [],
    },
    options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'none' },
  });
}

/** A row for each series, with its labels as columns and its value as a length of time; the expression is given in parts. */
export function table(width: number, title: string, description: string, expr: readonly string[]): Cell {
  return cell(
    width,
    'table',
    title,
    description,
    [{ ...target('A', expr.join(' ')), instant: true, format: 'table' }],
    {
      fieldConfig: {
        defaults: {},
        overrides: [
          { matcher: { id: 'byName', options: 'Value' }, properties: [{ id: 'unit', value: 'dtdurations' }] },
        ],
      },
      transformations: [
        {
          id: 'organize',
          options: {
            excludeByName: { Time: true, job: true },
            indexByName: { instance: 0, phase: 1, code: 2, Value: 3, lease: 4 },
            renameByName: { instance: 'Node', phase: 'Phase', code: 'Reason', Value: 'Since', lease: 'Lease' },
          },
        },
      ],
    },
  );
}

/** Lines, a stack of numbers of nodes, or lines of seconds. */
export function timeseries(
  width: number,
  title: string,
  description: string,
  queries: readonly (readonly [expr: string, legend: string])[],
  kind: 'lines' | 'stacked' | 'seconds',
): Cell {
  const targets = queries.map(([expr, legendFormat], index) => ({
    ...target(String.fromCharCode(65 + index), expr),
    legendFormat,
  }));
  const stacking = { mode: kind === 'stacked' ? 'normal' : 'none' };
  const custom = { fillOpacity: kind === 'stacked' ? 40 : 0, stacking };
  return cell(width, 'timeseries', title, description, targets, {
    fieldConfig: { defaults: { custom, min: 0, unit: kind === 'seconds' ? 's' : 'short' }, overrides: [] },
    options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
  });
}

function cell(
  width: number,
  type: string,
  title: string,
  description: string,
  targets: readonly unknown[],
  more: Readonly<Record<string, unknown>>,
): Cell {
  return { width, panel: { type, title, description, datasource, targets, ...more } };
}

/** The variable at the head of the page. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own templates
export const datasource = { type: 'prometheus', uid: '${datasource}' };

function target(refId: string, expr: string): Readonly<Record<string, unknown>> {
  return { refId, datasource, expr };
}
