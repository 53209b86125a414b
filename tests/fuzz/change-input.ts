// Owns random input for the changes of a job, and for the search of changes.
import { oddText, oddValue } from './value.ts';
import { ask, type Part } from './world.ts';

const start = `mutation ($input: StartBackportInput!) { startBackport(input: $input) {
  __typename ... on Refusal { code message } ... on InvalidChanges { problems { code input message } } } }`;
const search =
  'query ($search: String!) { changes(search: $search, first: 5) { unavailable nodes { number } } }';

export const changeInputPart: Part = {
  name: 'change input',
  async send(world, random) {
    world.gerrit = () => ({ status: 200, headers: {}, body: ")]}'\n[]" });
    const changes = Array.from({ length: random.integer(0, 60) }, () =>
      random.chance(0.95) ? oddText(random) : oddValue(random),
    );
    const input = { changes, revert: random.pick([true, false, null, 'x']), idempotencyKey: oddText(random) };
    const operation = random.chance(0.7)
      ? { query: start, variables: { input } }
      : { query: search, variables: { search: oddText(random) } };
    return { sent: JSON.stringify(operation.variables), answer: await ask(world, operation) };
  },
};
