import { outsideText } from '../core/outside-text.ts';
import type { Settings } from '../core/settings.ts';
import { acceptTexts, type ConfigText, type Origins, type Refusal, refuse } from './accept.ts';
import { type Found, findConfigFiles, isLink } from './find.ts';
import { type ConfigProblem, type ConfigWarning, problemIn } from './problem.ts';
import { readConfigFile } from './read-file.ts';

export interface LoadRequest {
  /** Stands before the paths of the base file and the drop-in folders; `/` outside tests. */
  readonly root: string;
  /** Read just this file, which must exist; taken as it is, without `root`. */
  readonly file?: string;
}

export type Loading = Loaded | Refusal;

export interface Loaded {
  readonly valid: true;
  readonly settings: Settings;
  readonly origins: Origins;
  readonly warnings: readonly ConfigWarning[];
  /** The files that were read, in the order in which they were merged. */
  readonly files: readonly string[];
}

/** Finds, reads and accepts the configuration, whole or not at all. Never rejects: whatever goes wrong is a problem. */
export async function loadSettings(request: LoadRequest): Promise<Loading> {
  const found = request.file === undefined ? await findConfigFiles(request.root) : just(request.file);
  const texts: ConfigText[] = [];
  const problems: ConfigProblem[] = [...found.problems];
  for (const { path, shownAs, required } of found.files) {
    const read = await readConfigFile(path, shownAs);
    if (read.is === 'text') texts.push({ file: shownAs, text: read.text });
    else if (read.is === 'refused') problems.push(read.problem);
    else if (required) problems.push(problemIn('unreadable', shownAs, await missingText(path)));
  }
  const accepted = acceptTexts(texts);
  if (!accepted.valid) return refuse([...problems, ...accepted.problems]);
  if (problems.length > 0) return refuse(problems);
  const { settings, origins } = accepted;
  const warnings = [...found.warnings, ...accepted.warnings];
  return { valid: true, settings, origins, warnings, files: texts.map(({ file }) => file) };
}

async function missingText(path: string): Promise<string> {
  return (await isLink(path)) ? 'this is a link to a file that does not exist' : 'the file does not exist';
}

function just(file: string): Found {
  return { files: [{ path: file, shownAs: outsideText(file, 4096), required: true }], warnings: [], problems: [] };
}
