// Owns the checks of the data directory and its files: only their owner may have access.
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dialectOf, sqliteFile } from '../../schema/model/store/database.ts';
import type { Configuration } from '../../schema/process/configuration/configuration.ts';
import { errorCode } from '../../schema/process/error.ts';
import { type Finding, fail, isOpenToOthers, octal, ok, warn } from './finding.ts';

/** The maximum number of files that are named in a finding. */
const maxNamed = 5;

/** Directories in the data directory that contain no data: Node and the simulator choose the modes there. */
const withoutData = ['compile-cache', 'simulated-staging'];

const isBelow = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(`${directory}/`);

/** Checks the data directory, then the files in it. */
export function* dataFindings({
  data,
  databaseUrl,
}: Pick<Configuration, 'data' | 'databaseUrl'>): Generator<Finding, void> {
  let directory: Stats;
  try {
    directory = statSync(data);
  } catch (error) {
    yield errorCode(error) === 'ENOENT'
      ? warn(
          `data directory: ${data} does not exist yet`,
          'it is created at the first start; or choose another with --data',
        )
      : fail(
          `data directory: ${data} cannot be accessed (${errorCode(error)})`,
          'choose another with --data',
        );
    return;
  }
  if (!directory.isDirectory()) {
    yield fail(`data directory: ${data} is not a directory`, 'move it away, or choose another with --data');
    return;
  }
  const uid = process.getuid?.() ?? directory.uid;
  if (directory.uid !== uid)
    yield fail(
      `data directory: ${data} belongs to uid ${directory.uid}, but this process has uid ${uid}`,
      'run SpiderPig and this command as the owner of the directory, or chown it',
    );
  yield isOpenToOthers(directory.mode)
    ? fail(`data directory: ${data} has mode ${octal(directory.mode)}`, `chmod 0700 ${data}`)
    : ok(`data directory: ${data}, only accessible to its owner`);
  yield* fileFindings(data, databaseUrl, directory.uid);
}

function* fileFindings(data: string, databaseUrl: string, owner: number): Generator<Finding, void> {
  const sqlite = dialectOf(databaseUrl) === 'sqlite' ? sqliteFile(databaseUrl) : null;
  const outside = sqlite === null || dirname(sqlite) === data ? [] : [sqlite];
  const inside = readdirSync(data, { recursive: true, withFileTypes: true }).map((each) =>
    join(each.parentPath, each.name),
  );
  const open: string[] = [];
  const foreign: string[] = [];
  for (const path of [...inside, ...outside]) {
    // A running server may have removed the file since the directory was read.
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (!file || file.isSymbolicLink() || withoutData.some((name) => isBelow(path, join(data, name))))
      continue;
    if (isOpenToOthers(file.mode)) open.push(path);
    if (file.uid !== owner) foreign.push(path);
  }
  if (open.length > 0)
    yield fail(
      `files: other users have access to ${listed(open)}`,
      'run chmod go= on each of them: 0600 for a file, 0700 for a directory',
    );
  if (foreign.length > 0)
    yield fail(
      `files: ${listed(foreign)} belong to another user`,
      'chown them to the owner of the data directory',
    );
  if (open.length + foreign.length === 0)
    yield ok(`files: ${inside.length} in the data directory, only accessible to its owner`);
}

const listed = (paths: readonly string[]): string =>
  `${paths.slice(0, maxNamed).join(', ')}${paths.length > maxNamed ? ` and ${paths.length - maxNamed} more` : ''}`;
