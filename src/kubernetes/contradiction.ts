import type { Reason } from '../core/reasons.ts';
import type { CredentialSettings } from '../core/settings.ts';
import type { Clock } from '../ports/clock.ts';
import { CredentialError } from './credential-error.ts';
import { type Loaded, loadCredentials } from './credentials-load.ts';
import { certificateUser, identify, type User } from './identity.ts';
import { kubeletKubeconfigs, presentPlaces } from './kubeconfig-places.ts';

/** Longer than reading files takes; a plugin that takes longer is asked by the daemon, which waits for it. */
const longest = 5_000;

/**
 * Why credentials.nodeName cannot be meant: the client certificate that is there now belongs to another Node. Null where it
 * fits, and where nothing can be told yet (no name is set, no credentials, no certificate): the daemon waits for those.
 */
export async function nameContradiction(
  settings: CredentialSettings,
  clock: Clock,
  signal: AbortSignal,
  places: readonly string[] = kubeletKubeconfigs,
): Promise<Reason | null> {
  if (settings.nodeName === null) return null;
  const holder = await holderHere(settings, clock, signal, places);
  const identified = holder === null ? null : identify(holder.user, settings.nodeName, holder.file);
  return identified?.is === 'contradiction' ? identified.reason : null;
}

/** The file whose client certificate, which is there now, is a node's; null where that is not so, and where it cannot be told yet. */
export async function nodeCertificate(
  settings: CredentialSettings,
  clock: Clock,
  signal: AbortSignal,
  places: readonly string[] = kubeletKubeconfigs,
): Promise<string | null> {
  const holder = await holderHere(settings, clock, signal, places);
  const identified = holder === null ? null : identify(holder.user, null, holder.file);
  return identified?.is === 'identified' && identified.identity.isNode ? (holder?.file ?? null) : null;
}

/** Who holds the client certificate that would be used; with an impersonated user only the API server can say who that is. */
async function holderHere(
  { kubeconfig }: CredentialSettings,
  clock: Clock,
  signal: AbortSignal,
  places: readonly string[],
): Promise<{ readonly user: User; readonly file: string } | null> {
  using deadline = clock.deadline(longest, signal);
  const late = new Promise<null>((resolve) =>
    deadline.signal.addEventListener('abort', () => resolve(null), { once: true }),
  );
  const loaded = await Promise.race([
    firstUsable(kubeconfig === null ? places : [kubeconfig], clock, deadline.signal),
    late,
  ]);
  const user = loaded === null || loaded.certificate === null ? null : certificateUser(loaded.certificate);
  if (loaded === null || user === null || loaded.access.headers['impersonate-user'] !== undefined) return null;
  return { user, file: loaded.file };
}

/** By the rule of credentials.ts: the first that is a kubeconfig; one that cannot be used ends the search. */
async function firstUsable(places: readonly string[], clock: Clock, signal: AbortSignal): Promise<Loaded | null> {
  for (const file of await presentPlaces(places)) {
    try {
      return await loadCredentials(file, clock, signal);
    } catch (error) {
      if (!(error instanceof CredentialError) || error.code !== 'other-kind') return null;
    }
  }
  return null;
}
