import type { FieldTerm } from './selectors.ts';
import type { User } from './user.ts';

/** What is asked of the authorizers; one check of a request, or of an impersonation. */
export interface Attributes {
  readonly user: User;
  readonly verb: string;
  readonly isResource: boolean;
  readonly path: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly fields: readonly FieldTerm[];
}
