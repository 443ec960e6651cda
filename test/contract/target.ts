import type { RestClient } from '../cluster/rest.ts';
import type { Who } from './case.ts';

/** An API server that the contract runs against. */
export interface Target {
  readonly name: string;
  /** Its minor version of Kubernetes 1. */
  readonly minor: number;
  readonly admin: RestClient;
  /** A client of its own for each who of one case; closed by the case. */
  client(who: Exclude<Who, 'admin'>, names: CaseNames): Promise<RestClient>;
}

/** One that may be stopped: nobody else uses it. */
export interface StoppableTarget extends Target {
  restart(): Promise<void>;
  save(): Promise<void>;
  bringBack(): Promise<void>;
}

/** Names that no other case uses. */
export interface CaseNames {
  readonly ns: string;
  readonly node: string;
  readonly other: string;
  readonly user: string;
}

/** The certificate's name and groups of each who, and whom it acts as. */
export function identity(
  who: Exclude<Who, 'admin' | 'nobody' | 'impostor'>,
  { ns, node, other, user }: CaseNames,
): { readonly name: string; readonly organizations: readonly string[]; readonly impersonate?: string } {
  switch (who) {
    case 'node':
      return { name: `system:node:${node}`, organizations: ['system:nodes'] };
    case 'other node':
      return { name: `system:node:${other}`, organizations: ['system:nodes'] };
    case 'account':
      return {
        name: `system:node:${node}`,
        organizations: ['system:nodes'],
        impersonate: `system:serviceaccount:${ns}:lock`,
      };
    case 'user':
      return { name: user, organizations: [] };
  }
}
