// Owns the order in which test files start. Vitest knows durations only from an earlier run, which a clean clone does not have.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds that the longest files take on two cores. A wrong number only costs time: the longest start first, so that no file ends the run alone. */
const seconds: Readonly<Record<string, number>> = {
  'tests/deployment/host.test.ts': 75,
  'tests/provider.test.ts': 40,
  'tests/deployment/database-problem.test.ts': 40,
  'tests/crash/crash.test.ts': 30,
  'tests/deployment/deployment.test.ts': 35,
  'jobrunner/supervisor/supervisor.test.ts': 25,
  'tests/deployment/failover.test.ts': 25,
  'server/attack.test.ts': 20,
  'jobrunner/simulator/scap/main.test.ts': 20,
  'tests/command/command-line.test.ts': 20,
  'tests/race/race.test.ts': 20,
  'schema/model/store/connection.test.ts': 20,
  'server/log/search.test.ts': 20,
  'tests/deployment/transport.test.ts': 15,
  'tests/package/package.test.ts': 15,
  'tests/fuzz/fuzz.test.ts': 15,
  'tests/crash/scenario.test.ts': 15,
  'server/graphql/rights.test.ts': 15,
  'tests/command/doctor.test.ts': 20,
  'server/error-log/error-log.test.ts': 15,
  'schema/model/log/compaction.test.ts': 15,
  'tests/soak/soak.test.ts': 10,
  'tests/journeys/deployment.test.ts': 60,
  'tests/journeys/accessibility.test.ts': 50,
  'tests/journeys/log.test.ts': 45,
  'tests/journeys/sideways.test.ts': 30,
  'tests/journeys/health.test.ts': 25,
  'tests/journeys/train.test.ts': 20,
  'tests/journeys/outline.test.ts': 20,
  'tests/journeys/account.test.ts': 20,
  'tests/journeys/admin.test.ts': 20,
  'tests/journeys/tabs.test.ts': 20,
};

/** Whether a test file asks for a DOM. Files that share a worker and its modules must have the same environment. */
const needsDom = (file: string): boolean =>
  /^\/\/ @vitest-environment happy-dom$/m.test(readFileSync(file, 'utf8'));

/** The longest files of each project first. Unit tests with and without a DOM do not alternate, because their workers would start again each time. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    for (const file of Object.keys(seconds))
      if (!existsSync(join(root, file)))
        throw new Error(`tests/sequencer.ts names ${file}, which does not exist`);
    // By project, then by size.
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const ranks = new Map(
      sorted.map((each) => [
        each,
        {
          project: projects.indexOf(each.project.name),
          dom: each.project.name === 'unit' && needsDom(each.moduleId) ? 0 : 1,
          seconds: seconds[relative(root, each.moduleId)] ?? 0,
        },
      ]),
    );
    const rankOf = (each: TestSpecification) => ranks.get(each) ?? { project: 0, dom: 0, seconds: 0 };
    return sorted.toSorted((one, other) => {
      const [a, b] = [rankOf(one), rankOf(other)];
      return a.project - b.project || a.dom - b.dom || b.seconds - a.seconds;
    });
  }
}
