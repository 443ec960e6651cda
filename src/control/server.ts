import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/outlets.ts';
import type { ServeHandler, ServeReply, ServeRequest } from './exchange.ts';
import { type OpenServer, serve } from './serve.ts';

/** One thing that can be asked for. GET changes nothing and may be asked by the group; all else is for root. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `body`: the request's JSON; null when it had none. Throwing is a defect: it is logged and answered with 500. */
  handle(body: unknown, signal: AbortSignal): Promise<RouteAnswer>;
}

/** `body` goes out as JSON; `text` as it stands, with its media type. */
export type RouteAnswer =
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly text: string; readonly type: string };

export interface ControlDeps {
  readonly clock: Clock;
  readonly log: Log;
}

export interface ControlServer {
  /** Resolves with the cause if one of the sockets ends by itself. */
  readonly ended: Promise<Error>;
  close(): Promise<void>;
}

/** The names of the sockets in the runtime folder, and who may use them. */
export const controlSocket = { name: 'control.sock', mode: 0o600 } as const;
export const statusSocket = { name: 'status.sock', mode: 0o660, group: 'kured-host' } as const;

/**
 * Opens the two sockets in the runtime folder, which is made if it is missing: control.sock with all routes, for root, and
 * status.sock with the GET routes, for the group kured-host too, where that exists. A file that a killed process left is
 * replaced: the lock that keeps a second daemon out is taken before. Rejects with the system's error, with nothing left
 * open, when one of them cannot be had.
 */
export async function openControl(folder: string, routes: readonly Route[], deps: ControlDeps): Promise<ControlServer> {
  const { clock, log } = deps;
  const failed = (error: unknown): void =>
    log.event('internal-error', { why: String(error), stack: error instanceof Error ? error.stack : undefined });
  const open = (name: string, mode: number, group: string | null, offered: readonly Route[]): Promise<OpenServer> =>
    serve({ is: 'unix', path: join(folder, name), mode, group }, answerFrom(offered), { clock, failed });

  const control = await open(controlSocket.name, controlSocket.mode, null, routes);
  try {
    const readable = routes.filter((route) => route.method === 'GET');
    const status = await open(statusSocket.name, statusSocket.mode, statusSocket.group, readable);
    log.event('control-listening', { folder, group: status.group ? statusSocket.group : 'root' });
    return {
      ended: Promise.race([control.ended, status.ended]),
      close: async () => {
        await Promise.all([control.close(), status.close()]);
      },
    };
  } catch (error) {
    await control.close();
    throw error;
  }
}

function answerFrom(routes: readonly Route[]): ServeHandler {
  return async (request, signal) => {
    const here = routes.filter((route) => route.path === request.path);
    if (here.length === 0) return refusal(404, `there is nothing at ${request.path}`);
    const route = here.find(({ method }) => method === request.method);
    if (route === undefined) return notAllowed(here);
    const body = readBody(request);
    if (body === undefined) return refusal(400, 'the body is not JSON');
    return written(await route.handle(body, signal));
  };
}

/** Undefined: not JSON. */
function readBody(request: ServeRequest): unknown {
  if (request.body === '') return null;
  try {
    return JSON.parse(request.body);
  } catch {
    return undefined;
  }
}

function written(answer: RouteAnswer): ServeReply {
  if ('text' in answer) return { status: answer.status, type: answer.type, body: answer.text };
  return json(answer.status, answer.body);
}

function refusal(status: number, error: string): ServeReply {
  return json(status, { error });
}

function notAllowed(routes: readonly Route[]): ServeReply {
  const allow = routes.map(({ method }) => method).join(', ');
  return { ...refusal(405, `only ${allow} is possible here`), headers: { allow } };
}

function json(status: number, body: unknown): ServeReply {
  return { status, type: 'application/json', body: `${JSON.stringify(body)}\n` };
}
