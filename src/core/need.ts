/**
 * A reason for a reboot, named by what made it, so that one need causes one reboot.
 *
 * - `fingerprint`: names the need; made from the file's path, inode, mtime and packages, from the command's output, or
 *   from the request's value. Another fingerprint is another need. `name@7` is the seventh round of a need that went away
 *   and came back under the same name; a later round is another need, an earlier one is not (core/need-sum.ts).
 * - `reasons`: what to tell people (package names and the like), bounded and escaped where they entered.
 * - `older`: it rests on a file that outlives a boot (not on tmpfs) and is older than this boot: the reboot it asked for
 *   has happened already.
 */
export interface Need {
  readonly fingerprint: string;
  readonly source: string;
  readonly reasons: readonly string[];
  readonly older: boolean;
}
