import { legend, looks, type Stage } from './palette.ts';
import { type Bar, type Segment, ticks } from './timeline.ts';

const left = 92;
const right = 28;
const top = 74;
const row = 36;
const thick = 22;
const width = 1000;
const font = 'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"';

/** The same bars as a picture that stands alone: no script, no font, no address. Each stretch tells its reason as a tooltip. */
export function timelineSvg(bars: readonly Bar[], title: string): string {
  const total = Math.max(1, ...bars.flatMap(({ segments }) => segments.map(({ to }) => to)));
  const x = (ms: number): number => left + (ms / total) * (width - left - right);
  const bottom = top + bars.length * row;
  const height = bottom + 74;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${font} font-size="13">`,
    `<title>${escaped(title)}</title>`,
    '<defs><pattern id="held" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">',
    '<rect width="2.5" height="7" fill="#ffffff" fill-opacity="0.45"/></pattern></defs>',
    `<rect width="${width}" height="${height}" rx="12" fill="#ffffff"/>`,
    `<text x="28" y="40" font-size="17" font-weight="600" fill="#0f172a">${escaped(title)}</text>`,
    ...ticks(total).map((second) => tick(x(second * 1000), bottom, second)),
    ...bars.flatMap((bar, index) => barSvg(bar, top + index * row, x)),
    ...legendSvg(bottom + 50),
    '</svg>',
    '',
  ].join('\n');
}

function tick(x: number, bottom: number, second: number): string {
  const at = x.toFixed(1);
  return `<path d="M${at} ${top - 8}V${bottom}" stroke="#e2e8f0"/><text x="${at}" y="${bottom + 16}" text-anchor="middle" font-size="11" fill="#64748b">${second} s</text>`;
}

function barSvg({ node, segments }: Bar, y: number, x: (ms: number) => number): readonly string[] {
  const name = `<text x="28" y="${y + 16}" font-weight="600" fill="#334155">${escaped(node)}</text>`;
  return [name, ...segments.map((segment) => stretch(segment, y, x(segment.from), x(segment.to)))];
}

function stretch(segment: Segment, y: number, from: number, to: number): string {
  const { stage, held } = segment;
  const size = `x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${thick}"`;
  const hatch = held === null ? '' : `<rect ${size} fill="url(#held)"/>`;
  const label = held === 'budget' ? 'budget blocks' : held === 'reboot' ? 'reboot fails' : '';
  const fits = label !== '' && to - from > label.length * 6.5;
  const text = fits
    ? `<text x="${((from + to) / 2).toFixed(1)}" y="${y + 15}" text-anchor="middle" font-size="11" font-weight="600" fill="#ffffff" stroke="${looks[stage].hex}" stroke-width="3" paint-order="stroke">${label}</text>`
    : '';
  const seconds = ((segment.to - segment.from) / 1000).toFixed(1);
  const tooltip = `<title>${escaped(`${stage}, ${seconds} s: ${segment.why}`)}</title>`;
  return `<g>${tooltip}<rect ${size} fill="${looks[stage].hex}"/>${hatch}${text}</g>`;
}

function legendSvg(y: number): readonly string[] {
  const entry = (stage: Stage, index: number): string => swatch(left + index * 118, y, looks[stage].hex, stage);
  const held = left + legend.length * 118;
  return [
    ...legend.map(entry),
    swatch(held, y, '#3b82f6', 'held up'),
    `<rect x="${held}" y="${y - 11}" width="14" height="14" rx="3" fill="url(#held)"/>`,
  ];
}

function swatch(x: number, y: number, fill: string, text: string): string {
  return `<rect x="${x}" y="${y - 11}" width="14" height="14" rx="3" fill="${fill}"/><text x="${x + 20}" y="${y + 1}" font-size="12" fill="#334155">${text}</text>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
