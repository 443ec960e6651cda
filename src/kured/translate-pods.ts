import { parseSelector } from '../core/drain/selector.ts';
import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';

/** The pods that keep their node from rebooting. */
export function translatePods(flags: FlagSet, sheet: SheetDraft): void {
  const selectors = [...new Set(flags.list('blocking-pod-selector'))];
  if (selectors.length === 0) return;
  for (const selector of selectors) {
    const read = parseSelector(selector);
    if (!read.readable) {
      sheet.problem(
        `--blocking-pod-selector is wrong at its character ${read.at + 1}, so that kured is blocked for as long as it runs: ${read.why}`,
      );
    } else if (read.selector.length === 0) {
      sheet.problem('--blocking-pod-selector is empty, so that every pod keeps its node from rebooting for ever');
    }
  }
  const comment =
    'any of them, in all namespaces, as in kured; such a pod is not evicted either, and a drain that meets one backs out';
  sheet.write('blockers.pods', selectors, comment);
}
