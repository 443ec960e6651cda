/** `make build`: the bundle, for the machine's own architecture, in dist/. An argument names another folder. */
import { copyFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildBundle } from './bundle.ts';
import { root, sourceVersion } from './source.ts';

const folder = resolve(process.argv[2] ?? `${root}dist`);

await buildBundle(folder, sourceVersion());
const native = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
copyFileSync(`${root}node_modules/${native}`, `${folder}/koffi.node`);
