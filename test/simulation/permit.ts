import type { Permission } from '../../src/core/permission.ts';
import type { PermissionSource } from '../../src/ports/source.ts';
import { Hints } from './hints.ts';

/** Whether a machine may be rebooted, in truth. */
export class Permit {
  readonly #hints = new Hints();
  readonly #turned: (answer: Permission['is']) => void;
  #permission: Permission = { is: 'allowed' };

  /** `turned` is told of each change. */
  constructor(turned: (answer: Permission['is']) => void) {
    this.#turned = turned;
  }

  get permission(): Permission {
    return this.#permission;
  }

  /** `told`: whether those who watch are told of it; what is asked for anew is always the truth. */
  set(permission: Permission, told = true): void {
    this.#permission = permission;
    this.#turned(permission.is);
    if (told) this.#hints.give();
  }

  readonly watch: PermissionSource['watch'] = (hint, signal) => this.#hints.add(hint, signal);

  /** Nobody watches any more. */
  forget(): void {
    this.#hints.clear();
  }
}
