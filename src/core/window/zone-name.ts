import { bad, good, type Reading } from './reading.ts';

/** The machine's own zone. */
export const localZone = 'Local';

/**
 * Reads the name of a time zone as kured does: an IANA name, `Local`, or nothing for UTC. Abbreviations that ICU knows and
 * the tz database does not (`PST`, `BST`: there it is Dhaka's) are refused, and so are offsets, which know no summer time.
 */
export function parseZoneName(text: string): Reading<string> {
  if (text === '') return good('UTC');
  if (text === localZone) return good(localZone);
  const known = text.includes('/') ? !text.startsWith('SystemV/') : withoutSlash.has(text.toUpperCase());
  return known && hasZone(text)
    ? good(text)
    : bad('which is not the name of a time zone, such as Europe/Berlin or UTC');
}

function hasZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The names of the tz database (its files `backward`, `etcetera` and those of the continents) that have no slash. */
const withoutSlash: ReadonlySet<string> = new Set(
  (
    'CET CST6CDT CUBA EET EGYPT EIRE EST EST5EDT GB GB-EIRE GMT GMT+0 GMT-0 GMT0 GREENWICH HONGKONG HST ICELAND IRAN ISRAEL JAMAICA JAPAN ' +
    'KWAJALEIN LIBYA MET MST MST7MDT NAVAJO NZ NZ-CHAT POLAND PORTUGAL PRC PST8PDT ROC ROK SINGAPORE TURKEY UCT UNIVERSAL UTC W-SU WET ZULU'
  ).split(' '),
);
