// Owns building the web client in a checkout that has none. Not its configuration (client/web/vite.config.ts), not what the server shows meanwhile (server/plain/unbuilt-page.ts).
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunning } from '../schema/model/runner/process.ts';
import { packageRoot, webClientDirectory } from '../schema/process/files.ts';

/** Where and how to build. */
export interface WebClientBuildOptions {
  /** The data directory: the errors of the build are put there, for the server. */
  readonly data: string;
  /** Default: where the server looks for it. */
  readonly directory?: string;
  /** The command that builds, which gets the directory to write to as its last argument; default: Vite. */
  readonly command?: readonly string[];
}

/** A build that runs while the server starts. */
export interface WebClientBuild extends Disposable {
  /** For the server: its pages say that they are being built, or why that failed. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when the build has ended: whether the web client is there now. */
  readonly done: Promise<boolean>;
}

const vite = [
  process.execPath,
  join(packageRoot, 'node_modules/vite/bin/vite.js'),
  ...['build', 'client/web', '--logLevel', 'warn', '--emptyOutDir', '--outDir'],
];

/** Builds the web client unless it is built: a checkout needs that once, a package contains it. Disposing ends the build. */
export function buildWebClient({
  data,
  directory = webClientDirectory,
  command = vite,
}: WebClientBuildOptions): WebClientBuild {
  if (isBuilt(directory)) return { environment: {}, done: Promise.resolve(true), [Symbol.dispose]() {} };
  process.stderr.write('building the web client …\n');
  const errorFile = join(data, 'web-client-error.txt');
  rmSync(errorFile, { force: true });
  const unfinished = unfinishedDirectory(directory);
  const [file = '', ...before] = command;
  const build = spawn(file, [...before, unfinished], {
    cwd: packageRoot,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    environment: { SPIDERPIG_WEB_CLIENT_ERROR: errorFile },
    // A full disk can prevent that the error is written.
    done: finished(build, { unfinished, directory, errorFile }).catch((error: unknown) => {
      process.stderr.write(`the web client could not be built: ${String(error)}\n`);
      return false;
    }),
    [Symbol.dispose]() {
      build.kill('SIGTERM');
      rmSync(unfinished, { recursive: true, force: true });
    },
  };
}

const isBuilt = (directory: string): boolean => existsSync(join(directory, 'index.html'));

/** Waits for a build, passes its errors on, and puts what it wrote in its place in one step: an interrupted build leaves nothing that looks complete. */
async function finished(
  build: ChildProcess,
  { unfinished, directory, errorFile }: { unfinished: string; directory: string; errorFile: string },
): Promise<boolean> {
  let errors = '';
  build.stderr?.on('data', (text) => {
    errors += text;
    process.stderr.write(text);
  });
  try {
    const [status, signal] = await once(build, 'close');
    // It was ended together with the process that started it, which Ctrl-C does by itself.
    if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP') return false;
    if (status !== 0 || !isBuilt(unfinished)) throw new Error(`the build ended with status ${status}`);
    // Another process may have built it meanwhile.
    if (!isBuilt(directory)) {
      rmSync(directory, { recursive: true, force: true });
      renameSync(unfinished, directory);
    }
    process.stderr.write('the web client is built\n');
    return true;
  } catch (error) {
    process.stderr.write('the web client could not be built: correct the error, then run npm run build\n');
    writeFileSync(errorFile, `${errors}${String(error)}\n`, { mode: 0o600 });
    return false;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** The directory that a build of this process writes to, beside the one it will become. Removes those of processes that were killed. */
function unfinishedDirectory(directory: string): string {
  const prefix = `${basename(directory)}-of-`;
  const beside = dirname(directory);
  mkdirSync(beside, { recursive: true });
  for (const name of readdirSync(beside)) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length))))
      rmSync(join(beside, name), { recursive: true, force: true });
  }
  return join(beside, `${prefix}${process.pid}`);
}
