import type { Event } from '../../../src/core/phases/event.ts';
import { reasonSentence } from '../../../src/core/reasons.ts';

/** What went wrong with a request; null: nothing did. */
export function wrongWords(event: Event): string | null {
  switch (event.on) {
    case 'lease-read':
    case 'node-read':
      return event.result.is === 'failed'
        ? reasonSentence(event.result.reason)
        : event.result.is === 'gone'
          ? 'it does not exist'
          : null;
    case 'lease-written':
    case 'node-patched':
      switch (event.result.is) {
        case 'written':
          return null;
        case 'conflict':
          return 'refused, since it changed meanwhile';
        case 'gone':
          return 'it does not exist';
        case 'refused':
          return `refused: ${reasonSentence(event.result.reason)}`;
        case 'unknown':
          return `none came, and it may still take effect: ${reasonSentence(event.result.reason)}`;
      }
      break;
    case 'permission':
      if (event.answer.is === 'allowed') return null;
      return `${event.answer.is}: ${event.answer.reasons.map(reasonSentence).join('; ')}`;
    case 'shutdown':
      switch (event.look.is) {
        case 'none':
          return null;
        case 'under-way':
          return `it is (${event.look.what})`;
        case 'scheduled':
          return `a ${event.look.what} is scheduled`;
        case 'unknown':
          return reasonSentence(event.look.reason);
      }
      break;
    case 'reboot':
      return event.answer.is === 'accepted' ? 'accepted' : `${event.answer.is}: ${reasonSentence(event.answer.reason)}`;
    case 'drain-ended':
    case 'hooks-ended':
      return event.end.is === 'failed'
        ? `failed: ${reasonSentence(event.end.reason)}`
        : event.end.is === 'stopped'
          ? 'stopped'
          : null;
    case 'holder-seen':
      return event.look.is === 'unknown'
        ? reasonSentence(event.look.reason)
        : event.look.is === 'gone'
          ? 'it does not'
          : 'it does';
    default:
      return null;
  }
}
