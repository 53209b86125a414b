// @vitest-environment happy-dom
// Tests the question card: what can be answered, and what becomes of an answer.
import { cleanup, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { question } from '../../../tests/component/job.ts';
import { type AnswerNotice, Question } from './question.tsx';

let server: GraphqlStandIn;
let notices: (AnswerNotice | null)[];

beforeEach(() => {
  server = new GraphqlStandIn();
  notices = [];
});
afterEach(cleanup);

const card = (interaction = question('1'), mayAnswer: boolean | null = true) => (
  <Question
    key={interaction.id}
    jobId="7"
    interaction={interaction}
    mayAnswer={mayAnswer}
    onNotice={(notice) => notices.push(notice)}
  />
);
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
/** New buttons ignore clicks for a moment. */
const clickable = (name: RegExp) =>
  waitFor(() => expect(button(name).getAttribute('aria-disabled')).toBe('false'));
const success = {
  answerInteraction: { __typename: 'AnswerInteractionSuccess', interaction: { id: '1', answer: 'y' } },
};

test('the question card sends the code of the chosen answer once, and says that it was sent', async () => {
  server.answer('AnswerInteraction', () => success);
  const user = renderWith(server, card());
  expect(screen.getByRole('region', { name: 'Question from scap' })).toBeTruthy();
  expect(screen.getByText('Continue with deployment?')).toBeTruthy();
  await clickable(/^Yes/);
  await user.click(button(/^Yes/));
  expect((await screen.findByText('Answer sent: “Yes” (y)')).getAttribute('role')).toBe('status');
  expect(screen.queryByRole('button')).toBeNull();
  expect(server.sent.map(({ variables }) => variables)).toEqual([
    { input: { interactionId: '1', answer: 'y' } },
  ]);
});

test('the question card ignores a click that comes too early', async () => {
  const user = renderWith(server, card());
  await user.click(button(/^Yes/));
  expect(server.sent).toEqual([]);
});

test('the question card of a viewer who may not answer is disabled and says why', () => {
  renderWith(server, card(question('1'), false));
  expect(button(/^Yes/).disabled).toBe(true);
  const reason = button(/^Yes/).getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(reason)?.textContent).toBe('You need the deployer role to answer.');
});

test('the question card tells who answered first, and offers the answers again', async () => {
  server.answer('AnswerInteraction', () => ({
    answerInteraction: {
      __typename: 'InteractionAlreadyAnswered',
      message: 'Already answered.',
      interaction: question('1', {
        answer: 'n',
        answeredBy: { id: '2', name: 'Jonas' },
        answeredAt: '2026-11-20T12:00:09.000Z',
      }),
    },
  }));
  const user = renderWith(server, card());
  await clickable(/^Yes/);
  await user.click(button(/^Yes/));
  await waitFor(() =>
    expect(notices.at(-1)).toEqual({
      tone: 'warning',
      message: 'Jonas answered first: “No” (n) at 12:00:09 UTC. Your answer was not used.',
    }),
  );
  expect(button(/^Yes/)).toBeTruthy();
});

test('the question card shows why scap does not accept an answer', async () => {
  server.answer('AnswerInteraction', () => ({
    answerInteraction: { __typename: 'AnswerNotAccepted', message: 'That answer is not offered.' },
  }));
  const user = renderWith(server, card());
  await clickable(/^No/);
  await user.click(button(/^No/));
  expect((await screen.findByRole('alert')).textContent).toContain('That answer is not offered.');
  expect(notices).toEqual([null]);
});

test('a text question is answered with the typed line, which survives a failed request', async () => {
  server.answer('AnswerInteraction', () => new Error('connection refused'));
  const text = question('2', { kind: 'TEXT', choices: [], default: null, prompt: 'Why do you revert?' });
  const user = renderWith(server, card(text));
  await user.type(screen.getByLabelText('Your answer'), 'it broke');
  await user.click(button(/^Send answer$/));
  expect((await screen.findByRole('alert')).textContent).toContain('The answer was not sent');
  expect(screen.getByLabelText<HTMLInputElement>('Your answer').value).toBe('it broke');
  expect(server.sent[0]?.variables).toEqual({ input: { interactionId: '2', answer: 'it broke' } });
});
