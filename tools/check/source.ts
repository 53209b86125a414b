// Owns how a check reads the repository: its files, as Git lists them, and what each source file imports.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';

/** Files by path, relative to the root of the repository, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

/** One import or re-export. */
export interface Import {
  /** As written, for example `./job.ts` or `preact/hooks`. */
  readonly specifier: string;
  /** Counted from 1. */
  readonly line: number;
}

/** The paths of all files that are committed or would be, without those that `.gitignore` names. */
export function listFiles(root: string): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 16 * 1_048_576,
  });
  return [...new Set(listed.split('\0'))]
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .sort();
}

/** Reads the files whose path `wanted` accepts. */
export function readFiles(root: string, wanted: (path: string) => boolean): Files {
  return new Map(
    listFiles(root)
      .filter(wanted)
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );
}

/** Whether a path is TypeScript that people write. Generated code is not. */
export const isSource = (path: string): boolean =>
  /\.tsx?$/.test(path) && !path.endsWith('.d.ts') && !path.startsWith('client/generated/');

/** Whether a path is a test file. */
export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

/** The line of an offset in a text, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Every import of a source file: static, dynamic, re-exported and of types alone. */
export function importsOf(path: string, text: string): Import[] {
  const { module } = parseSync(path, text);
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
  ];
  const found = new Map<string, number>();
  for (const request of requests) {
    if (request && !found.has(request.value)) found.set(request.value, request.start);
  }
  // The parser does not list `import('./job.ts').Job` in a type.
  for (const match of text.matchAll(/\bimport\(\s*(['"])([^'"\n]+)\1\s*\)/g)) {
    const specifier = match[2];
    if (specifier !== undefined && !found.has(specifier)) found.set(specifier, match.index);
  }
  return [...found].map(([specifier, offset]) => ({ specifier, line: lineAt(text, offset) }));
}

/** The path that a relative specifier names, or null for a package or a module of Node. */
export function resolveImport(from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
}

/** For each source file, the source files that it imports. */
export function importGraph(files: Files): Map<string, string[]> {
  return new Map(
    [...files]
      .filter(([path]) => /\.tsx?$/.test(path))
      .map(([path, text]) => [
        path,
        importsOf(path, text)
          .map(({ specifier }) => resolveImport(path, specifier))
          .filter((target) => target !== null && files.has(target))
          .filter((target) => target !== null),
      ]),
  );
}
