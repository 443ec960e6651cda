import type { Plugin } from 'esbuild';

/**
 * Packages that only some configurations need are not evaluated when the program starts, but at the first use of what they
 * export: what they set up (tables of Unicode, time zones' caches) is memory that every node of a fleet would pay for. An
 * import of one of them by our own code leads to a module of getters; source and tests import the package itself, and nothing
 * differs but the moment. A package that is used while modules are evaluated would be loaded at the start all the same.
 */
export const loadLate: Plugin = {
  name: 'load-late',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer, namespace }) =>
      namespace === 'file' && !importer.includes('/node_modules/') && Object.hasOwn(late, path)
        ? { path, namespace: 'late' }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: (late[path] ?? []).map((name) => getter(path, name)).join('\n'),
      loader: 'js',
      resolveDir: import.meta.dirname,
    }));
  },
};

/** What our code imports of each. */
const late: Readonly<Record<string, readonly string[]>> = {
  'cron-parser': ['CronExpressionParser'],
  luxon: ['IANAZone'],
  re2js: ['RE2JS'],
};

function getter(path: string, name: string): string {
  return `Object.defineProperty(exports, '${name}', { enumerable: true, get: () => require('${path}').${name} });`;
}
