// @vitest-environment happy-dom
// Tests the question card: what can be answered, and what an answer changes.
import { act, cleanup, render, screen, waitFor } from '@testing-library/preact';
import { Provider } from '@urql/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { question } from '../../../../tests/component/job.ts';
import type { QuestionFragment } from '../../../generated/graphql.ts';
import { isLow, isNarrow } from '../../state/narrow.ts';
import { Stale } from '../../state/stale.ts';
import { ViewerName } from '../../state/viewer-name.ts';
import { OpenQuestion } from './open-question.tsx';

let server: GraphqlStandIn;

beforeEach(() => {
  server = new GraphqlStandIn();
  isNarrow.value = false;
  isLow.value = false;
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const card = (interaction: QuestionFragment | null = question('1'), mayAnswer: boolean | null = true) => (
  <OpenQuestion jobId="7" interaction={interaction} mayAnswer={mayAnswer} />
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
  expect(screen.getByRole('region', { name: 'Question: Continue with deployment?' })).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'Continue with deployment?' })).toBeTruthy();
  await clickable(/^Yes/);
  await user.click(button(/^Yes/));
  expect((await screen.findByText('Answer sent: “Yes” (y)')).closest('[tabindex]')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
  expect(server.sent.map(({ variables }) => variables)).toEqual([
    { input: { interactionId: '1', answer: 'y' } },
  ]);
});

test('the question card ignores a click that comes too early', () => {
  // The clock does not move, however slow the machine is.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    renderWith(server, card());
    button(/^Yes/).click();
    expect(server.sent).toEqual([]);
  } finally {
    vi.useRealTimers();
  }
});

test('the question card of a viewer who may not answer is disabled and says why', () => {
  renderWith(server, card(question('1'), false));
  expect(button(/^Yes/).disabled).toBe(true);
  const reason = button(/^Yes/).getAttribute('aria-describedby') ?? '';
  expect(document.getElementById(reason)?.textContent).toBe('You need the deployer role to answer.');
});

test('the question card shows who answered first, and offers the answers again', async () => {
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
  await screen.findByText('Jonas answered first: “No” (n) at 12:00:09 UTC. Your answer was not used.');
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
  expect(button(/^No/)).toBeTruthy();
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

test('the focus goes to the receipt of the answer', async () => {
  server.answer('AnswerInteraction', () => success);
  const user = renderWith(server, card());
  await clickable(/^Yes/);
  await user.click(button(/^Yes/));
  const receipt = (await screen.findByText('Answer sent: “Yes” (y)')).closest('[tabindex]');
  expect(document.activeElement).toBe(receipt);
});

test('the receipt of an answer goes when the focus leaves it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true });
  try {
    server.answer('AnswerInteraction', () => success);
    const { rerender } = render(<Provider value={server.client}>{card()}</Provider>);
    vi.advanceTimersByTime(500);
    await clickable(/^Yes/);
    button(/^Yes/).focus();
    button(/^Yes/).click();
    const words = await screen.findByText('Answer sent: “Yes” (y)');
    const receipt = words.closest<HTMLElement>('[tabindex]');
    rerender(<Provider value={server.client}>{card(null)}</Provider>);
    await waitFor(() => expect(document.activeElement).toBe(receipt));
    vi.advanceTimersByTime(10_000);
    expect(screen.queryByText('Answer sent: “Yes” (y)')).toBe(words);
    await waitFor(() => expect(receipt?.className).toContain('--old'));
    receipt?.blur();
    await waitFor(() => expect(screen.queryByText('Answer sent: “Yes” (y)')).toBeNull());
  } finally {
    vi.useRealTimers();
  }
});

test('an answer that did not arrive can be sent again with one press, and a refused one cannot', async () => {
  server.answer('AnswerInteraction', () => new Error('connection refused'));
  const user = renderWith(server, card());
  await clickable(/^No/);
  await user.click(button(/^No/));
  await screen.findByRole('alert');
  server.answer('AnswerInteraction', () => ({
    answerInteraction: { __typename: 'AnswerNotAccepted', message: 'That answer is not offered.' },
  }));
  await user.click(button(/^Try again$/));
  await screen.findByText('That answer is not offered.');
  expect(server.sent.map(({ variables }) => variables)).toEqual([
    { input: { interactionId: '1', answer: 'n' } },
    { input: { interactionId: '1', answer: 'n' } },
  ]);
  expect(screen.queryByRole('button', { name: /^Try again$/ })).toBeNull();
});

test('when another user answers, the card becomes a line that says who answered what, with the focus', async () => {
  const { rerender } = render(<Provider value={server.client}>{card()}</Provider>);
  button(/^Yes/).focus();
  const answered = question('1', { answer: 'n', answeredBy: { id: '2', name: 'Jonas' } });
  const closed = (last: QuestionFragment) => (
    <Provider value={server.client}>
      <OpenQuestion jobId="7" interaction={null} interactions={[last]} mayAnswer={true} />
    </Provider>
  );
  rerender(closed(answered));
  const receipt = await screen.findByText('Jonas answered: “No” (n)');
  expect(document.activeElement).toBe(receipt.closest('[tabindex]'));
  cleanup();
  const stopped = render(<Provider value={server.client}>{card()}</Provider>);
  stopped.rerender(closed(question('1')));
  const words = await screen.findByText('The question was closed without an answer.');
  // Nothing succeeded.
  expect(words.closest('.question__receipt--answered')).toBeNull();
});

test('a long explanation is folded, and one press shows all of it', async () => {
  const prompt = (lines: number) =>
    `${Array.from({ length: lines }, (_, n) => `line ${n}`).join('\n')}\n\nGo on?`;
  const user = renderWith(server, card(question('1', { prompt: prompt(12) })));
  expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull();
  cleanup();
  renderWith(server, card(question('1', { prompt: prompt(13) })));
  await user.click(button(/^Show all 13 lines$/));
  expect(button(/^Show less$/).getAttribute('aria-expanded')).toBe('true');
  cleanup();
  isNarrow.value = true;
  renderWith(server, card(question('1', { prompt: prompt(5) })));
  expect(button(/^Show all 5 lines$/)).toBeTruthy();
  cleanup();
  const rows = ['│ 1102343 │ core │ Fix a cache │', '│ 1102344 │ core │ Fix a list │'];
  const table = ['│ # │ Project │ Subject │', '├───┼───┼───┤', ...rows].join('\n');
  renderWith(server, card(question('1', { prompt: `one\ntwo\nthree\n${table}\n\nGo on?` })));
  expect(button(/^Show all 5 lines$/)).toBeTruthy();
});

test('on a phone a table is a list of its rows', () => {
  isNarrow.value = true;
  const rows = ['│ # │ Project │ Subject │', '├───┼───┼───┤', '│ 1102343 │ core │ Fix a cache │'];
  renderWith(
    server,
    card(question('1', { prompt: `Scheduled:\n${rows.join('\n')}\nBackport the changes?` })),
  );
  expect(document.querySelector('pre')).toBeNull();
  expect(screen.getByRole('listitem').textContent).toBe('1102343 Fix a cachecore');
});

test('the card says in which step of the deployment scap asks', () => {
  renderWith(
    server,
    <OpenQuestion
      jobId="7"
      interaction={question('1')}
      step="step 3 of 5, “Test servers”"
      mayAnswer={true}
    />,
  );
  expect(screen.getByText('step 3 of 5, “Test servers”')).toBeTruthy();
});

test('up to four answers are at the lower edge of a phone; of more, the bar says how many there are', () => {
  const choices = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ label: `Do ${n}`, code: `${n}` }));
  const footed = (count: number) => {
    renderWith(
      server,
      <OpenQuestion
        jobId="7"
        interaction={question('1', { choices: choices(count) })}
        hasFooter
        mayAnswer={true}
      />,
    );
    return document.querySelector('.open-question--foot') !== null;
  };
  expect(footed(4)).toBe(true);
  cleanup();
  expect(footed(5)).toBe(false);
});

test('the question is the heading, and a table before it keeps its columns', () => {
  const table = '┌───────┬──────┐\n│ 12345 │ core │\n└───────┴──────┘';
  renderWith(server, card(question('1', { prompt: `Scheduled:\n${table}\nBackport the changes?` })));
  expect(screen.getByRole('heading', { name: 'Backport the changes?' })).toBeTruthy();
  expect(document.querySelector('pre')?.textContent).toBe(`Scheduled:\n${table}`);
});

test('no choice has the colour of a recommendation, and the default of scap is named', () => {
  renderWith(server, card(question('1', { default: 'n' })));
  expect(button(/^No/).textContent).toContain('(scap’s default)');
  expect(button(/^Yes/).textContent).not.toContain('default');
  expect(document.querySelector('[class*=progressive], [class*=primary]')).toBeNull();
});

test('a choice that ignores a failure is sent only after a second press', async () => {
  server.answer('AnswerInteraction', () => success);
  const choices = [
    { label: 'Retry checks', code: 'r' },
    { label: 'Ignore and continue', code: 'i' },
  ];
  const user = renderWith(server, card(question('1', { choices, default: 'r' })));
  await clickable(/^Ignore/);
  // A slow machine must not make two clicks of the double click.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  await user.dblClick(button(/^Ignore/));
  expect(button(/^Really “Ignore and continue”/)).toBeTruthy();
  expect(server.sent).toEqual([]);
  clock.mockReturnValue(2_000);
  await user.click(button(/^Really/));
  expect(server.sent[0]?.variables).toEqual({ input: { interactionId: '1', answer: 'i' } });
});

test('a key answers the question only while the focus is in its card', async () => {
  server.answer('AnswerInteraction', () => success);
  const user = renderWith(server, card());
  await clickable(/^Yes/);
  await user.keyboard('n');
  expect(server.sent).toEqual([]);
  button(/^Yes/).focus();
  await user.keyboard('n');
  expect(server.sent[0]?.variables).toEqual({ input: { interactionId: '1', answer: 'n' } });
});

test('a question cannot be answered while the page is not connected, and says why', () => {
  const words = 'Not connected since 16:03:44 UTC: your answer would not arrive.';
  renderWith(server, <Stale.Provider value={words}>{card()}</Stale.Provider>);
  expect(button(/^Yes/).disabled).toBe(true);
  expect(document.getElementById(button(/^Yes/).getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    words,
  );
});

test('the default of a text question can be used without typing it', async () => {
  const prompt = 'Please supply a reason for revert (default: Reverted by Amina):';
  const user = renderWith(server, card(question('3', { kind: 'TEXT', choices: [], default: null, prompt })));
  expect(button(/^Send empty answer$/)).toBeTruthy();
  await user.click(button(/^Use this$/));
  expect(screen.getByLabelText<HTMLInputElement>('Your answer').value).toBe('Reverted by Amina');
  expect(button(/^Send answer$/)).toBeTruthy();
});

test('the key a moves the focus to the question from anywhere, but not while text is typed', async () => {
  const user = renderWith(
    server,
    <>
      <input aria-label="Search" />
      {card()}
    </>,
  );
  await user.type(screen.getByLabelText('Search'), 'a');
  expect(document.activeElement).toBe(screen.getByLabelText('Search'));
  screen.getByLabelText('Search').blur();
  await user.keyboard('a');
  expect(document.activeElement).toBe(screen.getByRole('region', { name: /^Question:/ }));
  expect(server.sent).toEqual([]);
});

test('the question links to the error lines that led to it', () => {
  const errors = [{ number: 33, text: 'ERROR: 37 % of requests return 500' }];
  renderWith(server, <OpenQuestion jobId="7" interaction={question('1')} errors={errors} mayAnswer={true} />);
  expect(screen.getByText('ERROR: 37 % of requests return 500')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Line 33' }).getAttribute('href')).toBe('#L33');
});

test('a deployer informs the others that they handle the question, and sees who does', async () => {
  server.answer('ClaimInteraction', () => ({
    claimInteraction: { __typename: 'ClaimInteractionSuccess', interaction: { id: '1' } },
  }));
  const user = renderWith(server, card());
  await user.click(button(/^I am handling this$/));
  expect(server.sent[0]).toEqual({ name: 'ClaimInteraction', variables: { input: { interactionId: '1' } } });
  cleanup();
  const claimedUntil = new Date(Date.now() + 60_000).toISOString();
  renderWith(server, card(question('1', { claimedBy: { id: '2', name: 'Jonas' }, claimedUntil })));
  expect(screen.getByText('Jonas is handling this.')).toBeTruthy();
  expect(button(/^I am handling this instead$/)).toBeTruthy();
  expect(button(/^Yes/).disabled).toBe(false);
  cleanup();
  renderWith(
    server,
    <ViewerName.Provider value="Jonas">
      {card(question('1', { claimedBy: { id: '2', name: 'Jonas' }, claimedUntil }))}
    </ViewerName.Provider>,
  );
  expect(screen.getByText('You are handling this.')).toBeTruthy();
  expect(button(/^I am still handling this$/)).toBeTruthy();
  cleanup();
  renderWith(
    server,
    card(question('1', { claimedBy: { id: '2', name: 'Jonas' }, claimedUntil: '2026-11-20T12:00:09.000Z' })),
  );
  expect(screen.queryByText('Jonas is handling this.')).toBeNull();
});

test('while the rights of the viewer are unknown, the button that informs the others has its place, and does nothing', async () => {
  const user = renderWith(server, card(question('1'), null));
  await user.click(button(/^I am handling this$/));
  expect(server.sent).toEqual([]);
  cleanup();
  renderWith(server, card(question('1'), false));
  expect(screen.queryByRole('button', { name: /^I am handling this$/ })).toBeNull();
});

test('the question after the test servers has the header with which to look at the change', () => {
  renderWith(server, card(question('1', { key: 'testservers.continue' })));
  expect(screen.getByText('X-Wikimedia-Debug: backend=k8s-mwdebug')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy the header for the test servers' })).toBeTruthy();
  cleanup();
  renderWith(server, card(question('1')));
  expect(screen.queryByText(/X-Wikimedia-Debug/)).toBeNull();
});

test('a text that did not arrive is sent again by its own button, as it is now', async () => {
  server.answer('AnswerInteraction', () => new Error('connection refused'));
  const user = renderWith(server, card(question('4', { kind: 'TEXT', choices: [], default: null })));
  await user.type(screen.getByLabelText('Your answer'), 'it broke');
  await user.click(button(/^Send answer$/));
  await screen.findByRole('alert');
  expect(screen.queryByRole('button', { name: /^Try again$/ })).toBeNull();
  await user.type(screen.getByLabelText('Your answer'), ' at noon');
  await user.click(button(/^Send answer$/));
  await waitFor(() => expect(server.sent).toHaveLength(2));
  expect(server.sent[1]?.variables).toEqual({ input: { interactionId: '4', answer: 'it broke at noon' } });
});

/** Replaces the observers of the browser. Returns the margins with which the question is watched, and what reports whether it is in view. */
function observed() {
  const margins: string[] = [];
  let report: (isIntersecting: boolean) => void = () => {};
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(
        callback: (entries: readonly { isIntersecting: boolean }[]) => void,
        { rootMargin }: { rootMargin: string },
      ) {
        margins.push(rootMargin);
        report = (isIntersecting) => callback([{ isIntersecting }]);
      }
      observe() {}
      disconnect() {}
    },
  );
  const height = vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(178);
  let measure = (): void => {};
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly #measure: () => void;
      constructor(callback: () => void) {
        this.#measure = callback;
      }
      observe() {
        measure = this.#measure;
      }
      disconnect() {}
    },
  );
  const resize = (to: number) =>
    act(() => {
      height.mockReturnValue(to);
      measure();
    });
  return { margins, report: (isIntersecting: boolean) => act(() => report(isIntersecting)), resize };
}
const footed = (choices = question('1').choices) => (
  <OpenQuestion jobId="7" interaction={question('1', { choices })} hasFooter mayAnswer={true} />
);

test('a bar leads back to a question that is behind the answers of a phone, however high they are', async () => {
  const { margins, report, resize } = observed();
  isNarrow.value = true;
  const user = renderWith(server, footed());
  await waitFor(() => expect(margins.at(-1)).toBe('-52px 0px -178px 0px'));
  expect(document.documentElement.style.getPropertyValue('--answers-height')).toBe('178px');
  expect(screen.queryByRole('button', { name: 'Answer' })).toBeNull();
  // Longer labels after the phone was turned.
  resize(234);
  await waitFor(() => expect(margins.at(-1)).toBe('-52px 0px -234px 0px'));
  expect(document.documentElement.style.getPropertyValue('--answers-height')).toBe('234px');
  report(false);
  await user.click(button(/^Answer$/));
  expect(document.activeElement).toBe(screen.getByRole('region', { name: /^Question:/ }));
  report(true);
  expect(screen.queryByRole('button', { name: 'Answer' })).toBeNull();
  cleanup();
  expect(document.documentElement.style.getPropertyValue('--answers-height')).toBe('');
});

test('in a low window the answers stay in the card and cover nothing', async () => {
  const { margins } = observed();
  isNarrow.value = true;
  isLow.value = true;
  renderWith(server, footed());
  await waitFor(() => expect(margins).toEqual(['-52px 0px -0px 0px']));
  expect(document.documentElement.style.getPropertyValue('--answers-height')).toBe('');
});

test('the notice that another answer came first is shown once and has the focus', async () => {
  const answered = question('1', {
    ...{ answer: 'n', answeredBy: { id: '2', name: 'Jonas' }, answeredAt: '2026-11-20T12:00:09.000Z' },
  });
  server.answer('AnswerInteraction', () => ({
    answerInteraction: {
      ...{ __typename: 'InteractionAlreadyAnswered', message: 'Already answered.', interaction: answered },
    },
  }));
  const { rerender } = render(<Provider value={server.client}>{card()}</Provider>);
  await clickable(/^Yes/);
  button(/^Yes/).focus();
  button(/^Yes/).click();
  const notice = await screen.findByText(/^Jonas answered first: “No” \(n\)/);
  act(() => screen.getByRole('region', { name: /^Question:/ }).focus());
  rerender(
    <Provider value={server.client}>
      <OpenQuestion jobId="7" interaction={null} interactions={[answered]} mayAnswer={true} />
    </Provider>,
  );
  await waitFor(() => expect(document.activeElement?.contains(notice)).toBe(true));
  expect(document.activeElement).not.toBe(document.body);
  expect(screen.queryByText('Jonas answered: “No” (n)')).toBeNull();
});

test('an answer that is refused after the page has shown another one has its notice, with the focus', async () => {
  const answered = question('1', {
    ...{ answer: 'n', answeredBy: { id: '2', name: 'Jonas' }, answeredAt: '2026-11-20T12:00:09.000Z' },
  });
  let refuse = (_: Readonly<Record<string, unknown>>): void => {};
  server.answer('AnswerInteraction', () => new Promise((resolve) => (refuse = resolve)));
  const { rerender } = render(<Provider value={server.client}>{card()}</Provider>);
  await clickable(/^Yes/);
  button(/^Yes/).focus();
  button(/^Yes/).click();
  await screen.findByText(/^Sending/);
  rerender(
    <Provider value={server.client}>
      <OpenQuestion jobId="7" interaction={null} interactions={[answered]} mayAnswer={true} />
    </Provider>,
  );
  const message = 'Already answered.';
  refuse({
    answerInteraction: { __typename: 'InteractionAlreadyAnswered', message, interaction: answered },
  });
  const notice = await screen.findByText(/^Jonas answered first: “No” \(n\)/);
  await waitFor(() => expect(document.activeElement?.contains(notice)).toBe(true));
  expect(document.activeElement).not.toBe(document.body);
});
