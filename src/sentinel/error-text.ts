import { outsideText } from '../core/outside-text.ts';

/** The system's name of an error (`EACCES`); `error` when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'error';
}

/** What an error says, as one bounded line. */
export function errorText(error: unknown): string {
  return outsideText(error instanceof Error ? error.message : String(error), 200);
}
