// @vitest-environment happy-dom
// Tests handing a job over, and the sentence about who else looks at it.
import { act, cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { jobDetail, jobSummary } from '../../../../tests/component/job.ts';
import { pageVisible } from '../../state/page-visibility.ts';
import { HandedOver } from './handed-over.tsx';
import { Responsible } from './handover.tsx';
import { LastDeparture, OtherWatchers, useOtherWatchers, WatcherSentence } from './watchers.tsx';

afterEach(cleanup);

const running = jobSummary('7', { state: 'RUNNING' });
const jonas = { id: '2', name: 'Jonas' };

test('the owner hands a job over to one of those who look at it', async () => {
  const server = new GraphqlStandIn();
  server.answer('HandOverJob', () => ({
    handOverJob: { __typename: 'HandOverJobSuccess', job: jobDetail('7', { responsible: jonas }) },
  }));
  const user = renderWith(
    server,
    <OtherWatchers.Provider value={['Jonas']}>
      <Responsible job={running} viewer="Amina" mayAct={true} />
    </OtherWatchers.Provider>,
  );
  expect(screen.queryByRole('button', { name: 'Take over' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Hand over…' }));
  await screen.findByRole('dialog');
  expect(screen.getByRole('button', { name: 'Hand over' })).toHaveProperty('disabled', true);
  await user.click(screen.getByRole('button', { name: 'Jonas' }));
  await user.click(screen.getByRole('button', { name: 'Hand over' }));
  expect(server.sent.at(-1)).toEqual({
    name: 'HandOverJob',
    variables: { input: { jobId: '7', to: 'Jonas' } },
  });
});

test('a refusal stays in the dialog with the name as typed', async () => {
  const server = new GraphqlStandIn();
  server.answer('HandOverJob', () => ({
    handOverJob: { __typename: 'JobNotHandedOver', message: 'Vera may not deploy.' },
  }));
  const user = renderWith(server, <Responsible job={running} viewer="Amina" mayAct={true} />);
  await user.click(screen.getByRole('button', { name: 'Hand over…' }));
  await screen.findByRole('dialog');
  await user.type(screen.getByRole('textbox'), 'Vera');
  await user.click(screen.getByRole('button', { name: 'Hand over' }));
  expect(await screen.findByText('The job was not handed over: Vera may not deploy.')).toBeTruthy();
  expect(screen.getByRole('textbox')).toHaveProperty('value', 'Vera');
});

test('another deployer takes a job over, and a viewer or an ended job has no button', async () => {
  const server = new GraphqlStandIn();
  const user = renderWith(server, <Responsible job={running} viewer="Jonas" mayAct={true} />);
  await user.click(screen.getByRole('button', { name: 'Take over' }));
  expect(server.sent.at(-1)).toEqual({ name: 'HandOverJob', variables: { input: { jobId: '7' } } });
  cleanup();
  renderWith(server, <Responsible job={jobSummary('8')} viewer="Jonas" mayAct={true} />);
  renderWith(server, <Responsible job={running} viewer="Vera" mayAct={false} />);
  expect(screen.queryByRole('button')).toBeNull();
});

test('a job that was handed over says to whom', () => {
  render(<HandedOver job={{ ...running, responsible: jonas }} />);
  expect(screen.getByText('(handed over to Jonas)')).toBeTruthy();
});

function Watched() {
  const { names, departure } = useOtherWatchers('7', 'Amina', true);
  return (
    <OtherWatchers.Provider value={names}>
      <LastDeparture.Provider value={departure}>
        <WatcherSentence />
      </LastDeparture.Provider>
    </OtherWatchers.Provider>
  );
}

const show = (isVisible: boolean) =>
  act(() => {
    pageVisible.value = isVisible;
  });

test('the sentence says when the last user left who looked at the job, unless changes did not arrive', async () => {
  const server = new GraphqlStandIn();
  const looking = (...names: readonly string[]) =>
    act(() => {
      server.push('JobWatchers', {
        jobWatchers: ['Amina', ...names].map((name) => ({
          user: { id: name, name },
          since: '2026-11-20T12:00:00Z',
        })),
      });
    });
  renderWith(server, <Watched />);
  await looking();
  expect(document.body.textContent).toBe('');
  await looking('Jonas', 'Vera');
  expect(screen.getByText('Jonas and Vera are looking at this too.')).toBeTruthy();
  await looking('Jonas');
  expect(screen.getByText('Jonas is looking at this too.')).toBeTruthy();
  await looking();
  expect(document.body.textContent).toMatch(/^Jonas looked at this \d s ago\.$/);
  await looking('Jonas');
  expect(screen.getByText('Jonas is looking at this too.')).toBeTruthy();
  cleanup();

  await show(true);
  renderWith(server, <Watched />);
  await looking('Jonas');
  await show(false);
  await show(true);
  await looking();
  expect(document.body.textContent).toBe('');
});

test('the sentence names at most three others who look at the job', () => {
  const { rerender } = render(
    <OtherWatchers.Provider value={['Jonas']}>
      <WatcherSentence />
    </OtherWatchers.Provider>,
  );
  expect(screen.getByText('Jonas is looking at this too.')).toBeTruthy();
  rerender(
    <OtherWatchers.Provider value={['Jonas', 'Amina', 'Vera', 'Ada', 'Grace']}>
      <WatcherSentence />
    </OtherWatchers.Provider>,
  );
  expect(screen.getByText('Jonas, Amina, Vera and 2 more are looking at this too.')).toBeTruthy();
});
