// Owns how tests run: the three projects, and which files belong to each (tests/project.ts).
import { defineConfig } from 'vitest/config';
import { readTestProjects } from './tests/project.ts';
import LongestFirst from './tests/sequencer.ts';
import { memoryDirectory } from './tests/support/memory-directory.ts';

const neededNode = 24;
if (Number(process.versions.node.split('.')[0]) < neededNode) {
  throw new Error(
    `The tests need Node ${neededNode}; this is ${process.versions.node}. Run them with npx vitest or an npm script, which use node_modules/.bin/node.`,
  );
}

// For this process, its workers and all that they start. A TMPDIR of the caller is kept.
const temporary = process.env['TMPDIR'] ?? memoryDirectory();
if (temporary !== null) process.env['TMPDIR'] = temporary;

const files = readTestProjects(import.meta.dirname);

// As Node resolves: with Vite's "development" condition, our sources would load another copy of graphql than the libraries do.
const ssr = { resolve: { conditions: ['module', 'node'] } };

/** Files share a worker and the packages that it has loaded. Each loads our own modules again, and undoes what it changes of the process. */
const shared = {
  isolate: false,
  setupFiles: ['tests/set-up.ts'],
  restoreMocks: true,
};

/** Settings of tests that start processes or open databases. */
const withSystem = {
  ...shared,
  globalSetup: ['tests/support/package/build.ts', 'tests/support/postgresql/shared-postgresql.ts'],
  // Limits for a test that hangs. They are high because a busy machine starts processes slowly.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
};

export default defineConfig({
  test: {
    reporters: ['default'],
    // Most tests wait for processes, disks and clocks, so three at a time pay even on two cores.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ssr,
        test: {
          name: 'unit',
          include: files.unit,
          ...shared,
          pool: 'threads',
          // Vitest's default is 5 s, which a busy machine exceeds when it compiles a large module.
          testTimeout: 60_000,
        },
      },
      {
        ssr,
        test: { ...withSystem, name: 'integration', include: files.integration },
      },
      {
        ssr,
        test: {
          ...withSystem,
          name: 'journeys',
          include: files.journeys,
        },
      },
    ],
  },
});
