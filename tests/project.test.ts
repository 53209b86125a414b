import { describe, expect, test } from 'vitest';
import { testProjects } from './project.ts';

const projectOf = (path: string, files: Record<string, string>) =>
  testProjects(new Map(Object.entries(files))).get(path);

describe('the project of a test file', () => {
  test('a test that imports only what it tests is a unit test', () => {
    expect(projectOf('server/job.test.ts', { 'server/job.test.ts': "import { job } from './job.ts';" })).toBe(
      'unit',
    );
  });

  test('a test that imports test support is an integration test', () => {
    const files = {
      'server/job.test.ts': "import { openWorld } from '../tests/support/world.ts';",
      'tests/support/world.ts': 'export const openWorld = 1;',
    };
    expect(projectOf('server/job.test.ts', files)).toBe('integration');
  });

  test('a test that imports test support through another file of tests/ is an integration test', () => {
    const files = {
      'tests/race/race.test.ts': "import { race } from './answer.ts';",
      'tests/race/answer.ts': "import { openWorld } from '../support/world.ts';",
      'tests/support/world.ts': 'export const openWorld = 1;',
    };
    expect(projectOf('tests/race/race.test.ts', files)).toBe('integration');
  });

  test('a test that starts processes is an integration test', () => {
    const files = { 'bin/spiderpig.test.ts': "import { spawn } from 'node:child_process';" };
    expect(projectOf('bin/spiderpig.test.ts', files)).toBe('integration');
  });

  test('a test in tests/journeys/ is a journey', () => {
    const files = { 'tests/journeys/log.test.ts': "import { openWorld } from '../support/world.ts';" };
    expect(projectOf('tests/journeys/log.test.ts', files)).toBe('journeys');
  });
});
