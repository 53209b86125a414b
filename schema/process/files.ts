// Owns where SpiderPig's own files are: the entry points of its processes, and what a build or a generator wrote for them.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

/** The source of each process and thread. `npm run build` bundles it into `dist/NAME.js` (tools/build.ts). */
export const entrySources = {
  spiderpig: 'bin/spiderpig.ts',
  server: 'server/main.ts',
  'scan-worker': 'server/log/scan-worker.ts',
  'read-worker': 'schema/model/store/read-worker.ts',
  doctor: 'server/doctor/main.ts',
  jobrunner: 'jobrunner/main.ts',
  supervisor: 'jobrunner/main-supervisor.ts',
  'simulated-scap': 'jobrunner/simulator/scap/main.ts',
  'simulated-gerrit': 'jobrunner/simulator/gerrit/main.ts',
} as const;
export type EntryName = keyof typeof entrySources;

const packageFile = findPackageJSON(import.meta.url);
if (!packageFile) throw new Error('there is no package.json above the code of SpiderPig');

/** The root of the checkout or of the installed package: the directory of its package.json. */
export const packageRoot = dirname(packageFile);

/** The version of SpiderPig. */
export const packageVersion = (): string =>
  String(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version);

/** Whether this code was bundled into `dist/`. Bundles are JavaScript, sources are TypeScript. */
const isBundled = import.meta.filename.endsWith('.js');

/** The file to start for a process or a thread: its bundle when this code is bundled too, else its source. */
export const entryFile = (name: EntryName): string =>
  isBundled ? join(packageRoot, 'dist', `${name}.js`) : join(packageRoot, entrySources[name]);

/** The built web client: `index.html` and its assets. */
export const webClientDirectory = join(packageRoot, 'dist', 'web');

/** The name of the copy of the trusted documents in `dist/`. */
export const trustedDocumentsName = 'trusted-documents.json';

/** The operations that the web client was built with, by the hash it sends. */
export const trustedDocumentsFile = isBundled
  ? join(packageRoot, 'dist', trustedDocumentsName)
  : join(packageRoot, 'client', 'generated', 'persisted-documents.json');
