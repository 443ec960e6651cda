import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HttpFailure } from './failure.ts';
import { type TlsMaterial, tlsOptions } from './tls.ts';

/** The kernel's own probes: after this much silence one a second, ten in all (libuv), without waking this process. */
export const probeAfter = 30_000;

/** Where requests go. */
export interface HttpTarget {
  /** Scheme, host, port and a path that is put before each request's. */
  readonly url: URL;
  /** What TLS is made with; not looked at for http: URLs. */
  readonly tls: TlsMaterial;
  /** An http: proxy that is asked for a tunnel (RFC 9110 §9.3.6); null: none. */
  readonly proxy: URL | null;
}

/**
 * A connection that is ready for a request: connected, and for https: the handshake done and the server's certificate
 * accepted. Rejects with what went wrong; then nothing was sent on it. Ends with the signal.
 */
export async function connectTo(target: HttpTarget, signal: AbortSignal): Promise<Socket> {
  const tunnel = target.proxy === null ? null : await openTunnel(target.proxy, target.url, signal);
  const socket = start(target, tunnel);
  // Without a listener an error between two awaits would end the process.
  socket.on('error', () => {});
  try {
    if (tunnel === null || target.url.protocol === 'https:') {
      await once(socket, target.url.protocol === 'https:' ? 'secureConnect' : 'connect', { signal });
    }
  } catch (error) {
    socket.destroy();
    throw error;
  }
  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeAfter);
  return socket;
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** The host as node:net takes it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function start(target: HttpTarget, tunnel: Socket | null): Socket {
  const host = hostOf(target.url);
  if (target.url.protocol !== 'https:') return tunnel ?? connectTcp({ host, port: portOf(target.url) });
  const options = tlsOptions(target.tls, host);
  return connectTls(tunnel === null ? { ...options, port: portOf(target.url) } : { ...options, socket: tunnel });
}

async function openTunnel(proxy: URL, url: URL, signal: AbortSignal): Promise<Socket> {
  const authority = `${url.hostname}:${portOf(url)}`;
  const asked = request({
    host: hostOf(proxy),
    port: portOf(proxy),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
    signal,
  });
  asked.end();
  const [answer, socket] = await connected(asked);
  if (answer.statusCode === 200) return socket;
  socket.destroy();
  throw new HttpFailure(
    'unreachable',
    `the proxy ${proxy.host} refuses the connection with status ${answer.statusCode}`,
  );
}

async function connected(asked: ClientRequest): Promise<[IncomingMessage, Socket]> {
  const [answer, socket] = (await once(asked, 'connect')) as [IncomingMessage, Socket];
  return [answer, socket];
}

function proxyAuthorization(proxy: URL): Readonly<Record<string, string>> {
  if (proxy.username === '') return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}
