import { outsideText } from '../core/outside-text.ts';
import type { Clock } from '../ports/clock.ts';
import { type ProgramEnd, runProgram } from './program.ts';

/** One method call on the system bus. */
export interface BusCall {
  readonly service: string;
  readonly object: string;
  readonly interface: string;
  readonly method: string;
  /** D-Bus signature of the arguments; empty for none. */
  readonly signature?: string;
  readonly args?: readonly string[];
  /** The moment (monotonic) after which it is not sent any more, but `refused`; absent: it does not matter when. */
  readonly before?: number;
}

export interface BusProperty {
  readonly service: string;
  readonly object: string;
  readonly interface: string;
  readonly property: string;
}

/**
 * - `answered`: the reply's `data` as busctl's JSON has it (for a call the list of its values, for a property its value); null for an
 *   empty reply.
 * - `refused`: an error reply, or a message that could not be delivered, by its text: nothing was done.
 * - `no-answer`: the connection or the time ended, or what came cannot be read: the call may have taken effect.
 */
export type BusAnswer =
  | { readonly is: 'answered'; readonly data: unknown }
  | { readonly is: 'refused'; readonly text: string }
  | { readonly is: 'no-answer'; readonly why: string };

export interface Bus {
  call(call: BusCall, signal: AbortSignal): Promise<BusAnswer>;
  property(property: BusProperty, signal: AbortSignal): Promise<BusAnswer>;
}

export interface BusOptions {
  /** Path of busctl. */
  readonly busctl: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** Milliseconds for a call. */
  readonly timeout: number;
}

const mostOutput = 1 << 20;
/** busctl gives up by itself first, with a text that says so. */
const grace = 1000;

/** The system bus by way of busctl(1): one short process a call, nothing resident. */
export function openBus(options: BusOptions): Bus {
  const seconds = Math.max(1, Math.ceil(options.timeout / 1000));
  const common = ['--system', '--json=short', '--no-pager', `--timeout=${seconds}`];
  const run = async (args: readonly string[], signal: AbortSignal, before?: number): Promise<BusAnswer> => {
    const env = { ...options.env, LC_ALL: 'C' };
    const program = {
      file: options.busctl,
      args: [...common, ...args],
      env,
      timeout: seconds * 1000 + grace,
      before,
      mostOutput,
    };
    return busAnswer(await runProgram(program, options.clock, signal));
  };
  return {
    call: (call, signal) =>
      run(
        [
          'call',
          '--',
          call.service,
          call.object,
          call.interface,
          call.method,
          ...((call.signature ?? '') ? [call.signature ?? '', ...(call.args ?? [])] : []),
        ],
        signal,
        call.before,
      ),
    property: (of, signal) => run(['get-property', '--', of.service, of.object, of.interface, of.property], signal),
  };
}

/** What an ended busctl says. Its exit code is 1 for every error, so the text decides. */
export function busAnswer(end: ProgramEnd): BusAnswer {
  switch (end.is) {
    case 'exited':
      return end.code === 0 ? replyOf(end.stdout, end.cut) : errorOf(end.stderr);
    case 'killed':
      return { is: 'no-answer', why: `busctl was ended by ${end.signal}` };
    case 'timeout':
      return { is: 'no-answer', why: 'busctl did not end in time' };
    case 'aborted':
      return { is: 'no-answer', why: 'it was no longer waited for' };
    case 'not-started':
      return { is: 'refused', text: `busctl was not started: ${end.why}` };
  }
}

function replyOf(stdout: string, cut: boolean): BusAnswer {
  if (cut) return { is: 'no-answer', why: 'the reply is longer than can be read' };
  if (stdout.trim() === '') return { is: 'answered', data: null };
  try {
    const reply: unknown = JSON.parse(stdout);
    if (typeof reply === 'object' && reply !== null && 'data' in reply) return { is: 'answered', data: reply.data };
  } catch {
    // Told below, as for JSON of another shape.
  }
  return { is: 'no-answer', why: `the reply cannot be understood: ${outsideText(stdout, 200)}` };
}

function errorOf(stderr: string): BusAnswer {
  const text = outsideText(stderr.trim().replace(/^Call failed: /, ''), 300);
  if (neverSent.test(stderr)) return { is: 'refused', text };
  if (text === '' || lost.test(text))
    return { is: 'no-answer', why: text === '' ? 'busctl failed without a word' : text };
  return { is: 'refused', text };
}

/** busctl had no connection to send anything over; since systemd 257 it says "system scope bus". */
const neverSent = /^Failed to (?:connect to (?:bus|\w+ scope bus)|set bus address)\b/m;

/**
 * Errors that say that the connection, the time or the other side ended: strerror(3) of ETIMEDOUT, ECONNRESET, EPIPE,
 * ENOTCONN, ESHUTDOWN, ECONNABORTED, EINTR, EIO, and the texts of the bus daemons for NoReply, Timeout, Disconnected.
 */
const lost =
  /timed out|time(?:out)? (?:was )?reached|reset by peer|broken pipe|not connected|cannot send after|connection (?:was )?(?:aborted|terminated|closed)|disconnected|did not receive a reply|no reply|interrupted|input\/output error/i;
