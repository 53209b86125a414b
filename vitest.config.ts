// Owns how the tests are run: which files, and what is started once for all of them.
import { defineConfig } from 'vitest/config';

const shared = {
  globalSetup: ['tests/support/postgresql.ts'],
  // Real processes start and end in these tests: a slow machine is no failure. Nothing waits for these limits.
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 30_000 } },
  restoreMocks: true,
};

// As Node itself resolves: with Vite's "development" condition our sources would get another copy of graphql than the libraries do.
const ssr = { resolve: { conditions: ['module', 'node'] } };

export default defineConfig({
  test: {
    reporters: ['default'],
    // Most tests wait for processes, disks and clocks: two at once, also where there are but two cores.
    maxWorkers: 2,
    projects: [
      {
        ssr,
        test: {
          ...shared,
          name: 'unit and integration',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: ['**/node_modules/**', 'tests/journeys/**'],
        },
      },
      {
        ssr,
        test: {
          ...shared,
          name: 'journeys',
          include: ['tests/journeys/**/*.test.ts'],
          // One browser at a time: two cores also run a server, a jobrunner and scap.
          fileParallelism: false,
          // A browser on a busy machine can miss a moment. What fails twice is broken; a retry is shown in the report.
          retry: 1,
        },
      },
    ],
  },
});
