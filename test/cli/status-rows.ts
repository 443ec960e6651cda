/** The rows of a status, by name. */
export function rows(out: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    out.split('\n').flatMap((line) => {
      const found = /^(\S+(?: \S+)?) {2,}(.*)$/.exec(line);
      return found === null ? [] : [[found[1], found[2]]];
    }),
  );
}
