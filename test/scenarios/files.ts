import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A story's file: its topic is the folder, its path is from the root of the repository. */
export interface StoryFile {
  readonly topic: string;
  readonly path: string;
  readonly text: string;
}

const folder = 'test/scenarios';

/** Every story under that root, by topic and name. */
export function storyFiles(root: string): readonly StoryFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return { topic: name.split('/').slice(0, -1).join('/'), path, text: readFileSync(join(root, path), 'utf8') };
    });
}
