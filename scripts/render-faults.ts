/** Makes the table of faults in docs/simulation.md, from the rows the simulation strikes by. */
import { type FaultRow, faults } from '../test/simulation/faults.ts';
import { between } from './between.ts';

/** The page with its table as the rows have it now. */
export function withFaults(page: string): string {
  const rows = Object.entries(faults).map(([name, { unit, rate, what }]: [string, FaultRow]) => {
    return `| \`${name}\` | ${what} | ${rate} ${unit} |`;
  });
  return between(page, 'faults', ['| Fault | What happens | How often |', '|---|---|---|', ...rows]);
}
