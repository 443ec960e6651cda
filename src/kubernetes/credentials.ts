import type { X509Certificate } from 'node:crypto';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { openHttp } from '../http/client.ts';
import { sameTls } from '../http/tls.ts';
import type { Clock } from '../ports/clock.ts';
import { openGate } from '../ports/gate.ts';
import type { Connection, Connections, NoConnection } from './connection.ts';
import { CredentialError } from './credential-error.ts';
import { compareLooks, looksOf } from './credential-files.ts';
import { type Loaded, loadCredentials } from './credentials-load.ts';
import type { Access } from './kubeconfig-access.ts';
import { presentPlaces } from './kubeconfig-places.ts';

/** A connection and where its credentials came from. */
export interface OwnConnection extends Connection {
  readonly file: string;
  readonly certificate: X509Certificate | null;
}

/** Files are looked at before a request, but not more often than this. */
const lookEvery = 1_000;
/** Rotation takes a file away for a moment; gone for longer than this it is gone. */
const goneAfter = 10_000;
/** Credentials the API server did not accept are not read anew for each of many requests. */
const renewEvery = 5_000;
/** A plugin ends itself after 35 s at most (plugin.ts); reading takes a second. */
const loadTime = 45_000;

/** One look at the files; its signal is aborted when it has taken too long. */
interface Look {
  readonly signal: AbortSignal;
}

/**
 * The credentials in use. They are looked at whenever they are used, and whenever a watch says something, so that nothing
 * wakes up only for them; what changed closes every connection made with the old ones. A file that is wrong, or missing for
 * a moment, takes nothing away from what works.
 */
export class Credentials implements Connections {
  readonly #places: readonly string[];
  readonly #clock: Clock;
  readonly #changed: () => void;
  /** Before all files: a look that was given up may hang in one of them, and the next ones wait for it. */
  readonly #gate = openGate();
  #loaded: Loaded | null = null;
  #now: OwnConnection | NoConnection | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #goneSince: number | null = null;
  /** Why reading them anew gave none in place of those that are used; null: that is not so, or not known. */
  #unread: string | null = null;
  /** The same of the plugin that was asked for what is valid now. One that answers may do so from what it gave before. */
  #unasked: string | null = null;
  #looking: Promise<void> | null = null;

  /** `places`: an explicit path alone, or where to look. `changed` is called after the connection, or the reason for none, became another. */
  constructor(places: readonly string[], clock: Clock, changed: () => void) {
    this.#places = places;
    this.#clock = clock;
    this.#changed = changed;
  }

  async current(signal: AbortSignal): Promise<OwnConnection | NoConnection> {
    if (this.#now === null || this.#clock.mono() - this.#lookedAt >= lookEvery)
      await this.#once((look) => this.#look(look), signal);
    return this.#now ?? { is: 'none', reason: reason('starting') };
  }

  async renew(used: Connection, signal: AbortSignal): Promise<boolean> {
    if (this.#now !== used) return this.#now?.is === 'connected';
    if (this.#clock.mono() - this.#renewedAt < renewEvery) return false;
    this.#renewedAt = this.#clock.mono();
    await this.#once((look) => this.#load(look), signal);
    return this.#now !== used && this.#now?.is === 'connected';
  }

  close(): void {
    if (this.#now?.is === 'connected') this.#now.http.retire();
  }

  /**
   * One look at a time, for everybody who asks; who is aborted goes without waiting for it. A look that hangs (a plugin
   * whose child keeps its output open, a file system that does not answer) is given up, and what it finds later is dropped.
   */
  async #once(work: (look: Look) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#looking ??= this.#bounded(work).finally(() => {
      this.#looking = null;
      this.#lookedAt = this.#clock.mono();
    });
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const leave = (): void => resolve();
    signal.addEventListener('abort', leave, { once: true });
    await Promise.race([this.#looking, promise]);
    signal.removeEventListener('abort', leave);
  }

  async #bounded(work: (look: Look) => Promise<void>): Promise<void> {
    using limit = this.#clock.deadline(loadTime, new AbortController().signal);
    const { signal } = limit;
    const late = new Promise<'late'>((resolve) => {
      signal.addEventListener('abort', () => resolve('late'), { once: true });
    });
    const how = await Promise.race([work({ signal }), late]);
    if (how !== 'late') return;
    const why = `reading them did not end within ${loadTime / 1000} s`;
    this.#unread = why;
    if (this.#loaded !== null) return;
    const file = this.#places[0] ?? '';
    this.#set({ is: 'none', reason: reason('credentials-unusable', { file, why }) });
  }

  async #look(look: Look): Promise<void> {
    const loaded = this.#loaded;
    if (loaded === null) return await this.#load(look);
    const looks = await this.#gate.enter(() => looksOf([...loaded.looks.keys()]), look.signal);
    switch (compareLooks(loaded.looks, looks)) {
      case 'same':
        this.#goneSince = null;
        return await this.#refresh(loaded, look);
      case 'changed':
        this.#goneSince = null;
        return await this.#load(look);
      case 'absent':
        this.#goneSince ??= this.#clock.mono();
        if (this.#clock.mono() - this.#goneSince < goneAfter) return;
        this.#loaded = null;
        return await this.#load(look);
    }
  }

  /** A plugin that fails now leaves the token that it gave before; the API server says when that is over. */
  async #refresh(loaded: Loaded, look: Look): Promise<void> {
    try {
      const access = await loaded.refresh();
      if (look.signal.aborted) return;
      this.#unasked = null;
      if (!sameAccess(loaded.access, access)) await this.#load(look);
    } catch (error) {
      if (!look.signal.aborted) this.#unasked = whyOf(error);
    }
  }

  /** Reads everything anew. What cannot be used takes the place of what works only if that is gone. */
  async #load({ signal }: Look): Promise<void> {
    const present = await this.#gate.enter(() => presentPlaces(this.#places), signal);
    let problem: Reason = reason('credentials-missing', { looked: this.#places.join(', ') });
    for (const file of present) {
      try {
        const tries = this.#loaded === null ? 5 : 1;
        const loaded = await loadCredentials(file, this.#clock, signal, tries, this.#gate);
        return signal.aborted ? undefined : this.#use(loaded);
      } catch (error) {
        if (signal.aborted) return;
        this.#unread = whyOf(error);
        problem = reason('credentials-unusable', { file, why: this.#unread });
        // What is no kubeconfig at all may lie where another distribution has one.
        if (!(error instanceof CredentialError) || error.code !== 'other-kind') break;
      }
    }
    if (this.#loaded === null && !signal.aborted) this.#set({ is: 'none', reason: problem });
  }

  #use(loaded: Loaded): void {
    const before = this.#now;
    const same = before?.is === 'connected' && this.#loaded !== null && sameAccess(this.#loaded.access, loaded.access);
    this.#loaded = loaded;
    this.#unread = null;
    this.#unasked = null;
    const refused = (): string =>
      refusalText(loaded.certificate, this.#clock.now().wall, this.#unread ?? this.#unasked);
    if (!same) this.#set(connectionOf(loaded, refused, this.#clock));
  }

  #set(next: OwnConnection | NoConnection): void {
    const before = this.#now;
    this.#now = next;
    if (before?.is === 'connected') before.http.retire();
    const told = before?.is === 'none' && next.is === 'none' && sameReason(before.reason, next.reason);
    if (!told) this.#changed();
  }
}

function connectionOf(loaded: Loaded, refused: () => string, clock: Clock): OwnConnection {
  const { file, access, certificate } = loaded;
  return {
    is: 'connected',
    http: openHttp(access.target, clock),
    headers: access.headers,
    file,
    certificate,
    refusal: () => reason('credentials-unusable', { file, why: refused() }),
  };
}

function refusalText(certificate: X509Certificate | null, wall: number, trouble: string | null): string {
  const end = certificate?.validToDate;
  return [
    'the API server does not accept them (401)',
    ...(end === undefined || end.getTime() > wall ? [] : [`the client certificate expired at ${end.toISOString()}`]),
    ...(trouble === null ? [] : [`newer ones cannot be used: ${trouble}`]),
  ].join('; ');
}

function sameAccess(one: Access, other: Access): boolean {
  return (
    one.target.url.href === other.target.url.href &&
    one.target.proxy?.href === other.target.proxy?.href &&
    sameTls(one.target.tls, other.target.tls) &&
    JSON.stringify(one.headers) === JSON.stringify(other.headers)
  );
}

function sameReason(one: Reason, other: Reason): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function whyOf(error: unknown): string {
  if (error instanceof CredentialError) return error.message;
  return outsideText(error instanceof Error ? error.message : String(error), 300);
}
