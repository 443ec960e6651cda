import { link, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface NewFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** What kept files from being made. */
export interface NotMade {
  readonly path: string;
  readonly why: string;
}

/**
 * Makes all of these files, each of them whole, or none. A file that is there already is never touched. `mark` tells the
 * drafts of this run from those of others.
 */
export async function makeFiles(files: readonly NewFile[], mark: string): Promise<NotMade | null> {
  const drafts: string[] = [];
  const made: string[] = [];
  let at = '';
  try {
    for (const file of files) {
      at = file.path;
      drafts.push(await writeDraft(file, mark));
    }
    for (const [index, draft] of drafts.entries()) {
      at = files[index]?.path ?? '';
      // Where the name is taken meanwhile this fails; a rename would overwrite what is there.
      await link(draft, at);
      made.push(at);
    }
    return null;
  } catch (error) {
    for (const path of made) await rm(path);
    return { path: at, why: whyNot(at, error) };
  } finally {
    for (const draft of drafts) await rm(draft);
  }
}

/** Beside the file, under a name that no folder of configuration takes for one of its own; on the disk when this returns. */
async function writeDraft({ path, text, mode }: NewFile, mark: string): Promise<string> {
  const draft = join(dirname(path), `.${basename(path)}.${mark}.new`);
  await using file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
    return draft;
  } catch (error) {
    await rm(draft);
    throw error;
  }
}

function whyNot(path: string, error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const folder = dirname(path);
  return 'code' in error && error.code === 'ENOENT'
    ? `the folder ${folder} does not exist, so make it first (mkdir -p ${folder})`
    : error.message;
}
