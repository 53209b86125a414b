// Owns which project a test file belongs to: unit, integration or journeys. It follows from what the file imports.
import type { Files } from '../tools/check/source.ts';
import { importGraph, importsOf, isTest, readFiles } from '../tools/check/source.ts';

export type Project = 'unit' | 'integration' | 'journeys';

/** Modules with which a test starts processes or opens connections. */
const systemModules = new Set([
  'node:child_process',
  'node:cluster',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:worker_threads',
  'execa',
]);

/**
 * The project of each test file. A test is an integration test if it imports from `tests/support/` (databases, servers, worlds), directly or
 * through other files of `tests/`, or if it imports a module that starts processes or opens connections. All others are unit tests.
 */
export function testProjects(files: Files): Map<string, Project> {
  const graph = importGraph(files);
  const needsSystem = (path: string, seen: Set<string>): boolean => {
    if (seen.has(path)) return false;
    seen.add(path);
    if (path.startsWith('tests/support/')) return true;
    const text = files.get(path) ?? '';
    if (importsOf(path, text).some(({ specifier }) => systemModules.has(specifier))) return true;
    return (graph.get(path) ?? [])
      .filter((next) => next.startsWith('tests/'))
      .some((next) => needsSystem(next, seen));
  };
  return new Map(
    [...files.keys()].filter(isTest).map((path): [string, Project] => {
      if (path.startsWith('tests/journeys/')) return [path, 'journeys'];
      return [path, needsSystem(path, new Set()) ? 'integration' : 'unit'];
    }),
  );
}

/** The test files of a repository, by project. */
export function readTestProjects(root: string): Record<Project, string[]> {
  const files = readFiles(root, (path) => isTest(path) || /^tests\/.*\.tsx?$/.test(path));
  const projects: Record<Project, string[]> = { unit: [], integration: [], journeys: [] };
  for (const [path, project] of testProjects(files)) projects[project].push(path);
  return projects;
}
