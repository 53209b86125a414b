// Tests each scenario of the crash test once. `npm run nightly` runs more of them, with other seeds.
import { expect, it } from 'vitest';
import { dialects } from '../support/database.ts';
import { runScenario, scenarioKinds } from './scenario.ts';

const cases = dialects.flatMap((dialect) => scenarioKinds.map((kind) => ({ dialect, kind })));

it.for(cases)(
  '$kind on $dialect: no job runs twice and nothing is lost',
  async ({ dialect, kind }, { skip }) => {
    const result = await runScenario({ kind, dialect, seed: 'short', number: 1, postgresql: null });
    if (result.skipped !== null) skip(result.skipped);
    expect(result.violations).toEqual([]);
  },
);
