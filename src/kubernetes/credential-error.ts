/**
 * Why credentials cannot be used, as one clause.
 * - `unusable`: they are wrong and stay so until somebody changes the file.
 * - `passing`: what a file looks like while it is being replaced; reading again may help.
 * - `other-kind`: the file is no kubeconfig but something else.
 */
export class CredentialError extends Error {
  readonly code: 'unusable' | 'passing' | 'other-kind';

  constructor(code: 'unusable' | 'passing' | 'other-kind', message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'CredentialError';
    this.code = code;
  }
}
