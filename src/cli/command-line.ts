import { parseArgs } from 'node:util';
import { nearest } from '../config/nearest.ts';
import { quoted } from '../config/shown.ts';
import type { Command, Given } from './commands.ts';

/** What the arguments ask for, or what is wrong with them: one clause, and what to read next. */
export type CommandLine =
  | { readonly is: 'command'; readonly command: Command; readonly given: Given }
  | { readonly is: 'help'; readonly of: string }
  | { readonly is: 'wrong'; readonly why: string; readonly see: string };

/**
 * Reads the arguments behind the program's name. A command's name comes first; options and operands follow in any order,
 * and everything behind `--` is an operand. `--help` anywhere before that asks for the help of the command.
 */
export function readCommandLine(args: readonly string[], commands: readonly Command[]): CommandLine {
  const [first = ''] = args;
  if (first === '--help' || first === '-h') return { is: 'help', of: '' };
  const command = find(first === '--version' ? ['version'] : args, commands);
  if (command === null) return noCommand(args, commands);
  const rest = first === '--version' ? args.slice(1) : args.slice(command.name.split(' ').length);
  const end = rest.indexOf('--');
  if ((end === -1 ? rest : rest.slice(0, end)).some((arg) => arg === '--help' || arg === '-h'))
    return { is: 'help', of: command.name };
  const given = parse(command, rest);
  if (!('wrong' in given)) return { is: 'command', command, given };
  return { is: 'wrong', why: given.wrong, see: `help ${command.name}` };
}

function find(args: readonly string[], commands: readonly Command[]): Command | null {
  const two = commands.find((command) => command.name === args.slice(0, 2).join(' '));
  return two ?? commands.find((command) => command.name === args[0]) ?? null;
}

function noCommand([first = '', second]: readonly string[], commands: readonly Command[]): CommandLine {
  const within = commands.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (first !== '' && within.length > 0) {
    const typed = second === undefined ? first : `${first} ${second}`;
    const which = within.map((name) => `"${name}"`).join(' or ');
    return { is: 'wrong', why: `${quoted(typed)} is no command, but ${which} is`, see: `help ${first}` };
  }
  if (first.startsWith('-')) return { is: 'wrong', why: `the command comes before ${quoted(first)}`, see: 'help' };
  const meant = nearest(first, new Set(commands.map(({ name }) => name.split(' ')[0] ?? name)));
  const hint = meant === null ? '' : `; did you mean "${meant}"?`;
  return { is: 'wrong', why: `there is no command ${quoted(first)}${hint}`, see: 'help' };
}

function parse(command: Command, args: readonly string[]): Given | { readonly wrong: string } {
  try {
    const options = Object.fromEntries(Object.entries(command.options).map(([name, { type }]) => [name, { type }]));
    const typed = command.operands.at(-1)?.stdin === true && args.at(-1) === '--' ? [...args.slice(0, -1), '-'] : args;
    const { values, positionals } = parseArgs({ args: [...typed], options, allowPositionals: true, strict: true });
    const needed = command.operands.filter(({ optional }) => !optional);
    if (positionals.length < needed.length) return { wrong: `${needed[positionals.length]?.name} is missing` };
    if (positionals.length > command.operands.length && command.operands.at(-1)?.rest !== true) {
      return { wrong: `${quoted(String(positionals[command.operands.length]))} is one argument too many` };
    }
    return { operands: positionals, options: values as Given['options'] };
  } catch (error) {
    return { wrong: optionTrouble(error, command, args) };
  }
}

/** In our words where we can tell what it is; else the first sentence of node:util. */
function optionTrouble(error: unknown, command: Command, args: readonly string[]): string {
  const unknown = args.find((arg) => arg.startsWith('-') && command.options[nameOf(arg)] === undefined);
  if (unknown !== undefined && unknown !== '-') {
    const meant = nearest(nameOf(unknown), Object.keys(command.options));
    return `"${command.name}" has no option ${quoted(unknown)}${meant === null ? '' : `; did you mean --${meant}?`}`;
  }
  const [first = 'wrong usage'] = (error instanceof Error ? error.message : String(error)).split('\n');
  return first.split('. ')[0] ?? first;
}

function nameOf(arg: string): string {
  return arg.replace(/^-+/, '').split('=')[0] ?? '';
}
