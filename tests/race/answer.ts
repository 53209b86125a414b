// Owns the race for a question: eight people answer at the same time over two servers, and one answer must win.
import { userNamed } from '../../schema/model/account/user.ts';
import { unverifiedChange } from '../../schema/model/job/change.ts';
import { claimJob, recordSupervisor } from '../../schema/model/job/claim.ts';
import { enqueueJob } from '../../schema/model/job/enqueue.ts';
import { askInteraction, Interaction } from '../../schema/model/job/interaction.ts';
import { recordStart } from '../../schema/model/job/report.ts';
import { defaultLane } from '../../schema/model/runner/lane.ts';
import { identify } from '../../schema/model/runner/process.ts';
import type { Dialect } from '../../schema/model/store/database.ts';
import { openWorld, urlOf, type World } from '../support/world.ts';

const people = Array.from({ length: 8 }, (_, index) => `person ${index}`);

const document = `mutation ($input: AnswerInteractionInput!) { answerInteraction(input: $input) {
  __typename
  ... on AnswerInteractionSuccess { interaction { answer answeredAt answeredBy { name } } }
  ... on InteractionAlreadyAnswered { message interaction { answer answeredAt answeredBy { name } } }
} }`;

/** The accepted answer, as a server reports it. */
interface AcceptedAnswer {
  readonly answer: string;
  readonly answeredAt: string;
  readonly answeredBy: { readonly name: string };
}

interface Result {
  readonly __typename: string;
  readonly message?: string;
  readonly interaction?: AcceptedAnswer;
}

export interface AnswerRace {
  readonly dialect: Dialect;
  /** The number of questions. */
  readonly rounds: number;
  /** The PostgreSQL server for the database (default: the server of the test run). */
  readonly postgresqlUrl?: string;
}

/** The result of the race. */
export interface AnswerResult {
  /** How often each person's answer was accepted. */
  readonly wins: ReadonlyMap<string, number>;
  /** One text per violation. */
  readonly violations: readonly string[];
}

export async function raceAnswers({ dialect, rounds, postgresqlUrl }: AnswerRace): Promise<AnswerResult> {
  await using world = await openWorld({
    dialect,
    jobrunner: false,
    ...(postgresqlUrl === undefined ? {} : { postgresqlUrl }),
  });
  const other = await urlOf(world.launch('server'));
  if (other === null) throw new Error('the second server did not start');
  const tokens = await Promise.all(people.map((name) => world.token('deploy', name)));
  const jobId = await runningJob(world);
  const wins = new Map(people.map((name) => [name, 0]));
  const violations: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    const id = await askInteraction(world.database, jobId, {
      kind: 'text',
      prompt: `Question ${round}`,
      choices: [],
      default: null,
    });
    const results = await Promise.all(
      tokens.map(async (token, person): Promise<Result> => {
        const answer = `${round} by ${people[person]}`;
        const { data, errors } = await world.graphql(
          token,
          document,
          { input: { interactionId: String(id), answer } },
          person % 2 === 0 ? world.url : other,
        );
        if (data === null || errors.length > 0) return { __typename: JSON.stringify(errors) };
        return data['answerInteraction'] as Result; // the response is not validated here: isRight finds a wrong shape
      }),
    );
    const row = await world.database.em().findOneOrFail(Interaction, { id: id ?? 0 });
    const won = results.findIndex(({ __typename }) => __typename === 'AnswerInteractionSuccess');
    const winner = people[won] ?? 'no person';
    wins.set(winner, (wins.get(winner) ?? 0) + 1);
    const right =
      row.answer === `${round} by ${winner}` &&
      results.every((result, person) => isRight(result, person === won, row, winner));
    if (!right) violations.push(`question ${round}: ${JSON.stringify({ row, results })}`);
  }
  return { wins, violations };
}

/** Whether a result is correct: it accepts the answer, or names the person, answer and time that were accepted. */
function isRight(result: Result, won: boolean, row: Interaction, winner: string): boolean {
  const { __typename, message, interaction } = result;
  const matches =
    interaction?.answer === row.answer &&
    interaction?.answeredBy.name === winner &&
    Date.parse(interaction.answeredAt) === row.answeredAt;
  if (won) return matches;
  return (
    matches &&
    __typename === 'InteractionAlreadyAnswered' &&
    message?.includes(`: ${winner} answered `) === true
  );
}

/** A job that is running according to the database. */
async function runningJob({ database }: World): Promise<number> {
  const owner = await database.write([], (em) => userNamed(em, 'owner', Date.now()));
  const changes = [unverifiedChange('1')];
  const { id } = await enqueueJob(database, { kind: 'backport', changes, owner });
  await claimJob(database, 'the race', [defaultLane]);
  await recordSupervisor(database, id, identify(process.pid));
  await recordStart(database, id, identify(process.pid));
  return id;
}
