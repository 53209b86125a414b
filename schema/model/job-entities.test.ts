// Tests that jobrunners and supervisors know every entity that their code can reach.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { importGraph, isSource, isTest, readFiles } from '../../tools/check/source.ts';
import { packageRoot } from '../process/files.ts';
import { entities } from './entities.ts';
import { jobEntities } from './job-entities.ts';

/** Which list every entity, for another connection. */
const lists = ['schema/model/entities.ts', 'schema/model/job-entities.ts'];

/** The source files that a process loads, at its start or later. */
function filesOf(...entries: string[]): string[] {
  const isCode = (path: string): boolean =>
    isSource(path) && !isTest(path) && /^(jobrunner|schema)\//.test(path);
  const code = [...readFiles(packageRoot, isCode)].map(([path, text]): [string, string] => [
    path,
    text.replaceAll(/^import type [^;]*;$/gm, ''),
  ]);
  const graph = importGraph(new Map(code));
  const reached = new Set(entries);
  for (const file of reached) {
    for (const next of graph.get(file) ?? []) if (!lists.includes(next)) reached.add(next);
  }
  return [...reached].filter((path) => path.startsWith('schema/model/'));
}

it('the list of job entities has exactly those that jobrunners and supervisors can reach', async () => {
  const all = new Set<unknown>(entities);
  const reached = new Set<unknown>();
  for (const file of filesOf('jobrunner/main.ts', 'jobrunner/main-supervisor.ts')) {
    // The threads and the writer of migrations are separate programs: they run when they are imported.
    if (/(worker|migrate)\.ts$/.test(file)) continue;
    for (const value of Object.values<unknown>(await import(join(packageRoot, file))))
      if (all.has(value)) reached.add(value);
  }
  expect(jobEntities).toEqual(entities.filter((entity) => reached.has(entity)));
});
