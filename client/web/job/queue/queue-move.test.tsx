// @vitest-environment happy-dom
// Tests the buttons that move a queued job, and where they move it.
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../../tests/component/graphql-stand-in.tsx';
import { movesOf, QueueMove } from './queue-move.tsx';

afterEach(cleanup);

const queue = ['4', '5', '6', '7'].map((id) => ({ id, lane: id === '5' ? 'codfw' : 'eqiad' }));

test('a job moves before the one in front of it, or behind the next one, within its lane', () => {
  expect(movesOf({ id: '6', lane: 'eqiad' }, queue)).toEqual({ up: '4', down: null });
  expect(movesOf({ id: '4', lane: 'eqiad' }, queue)).toEqual({ up: undefined, down: '7' });
  expect(movesOf({ id: '5', lane: 'codfw' }, queue)).toEqual({ up: undefined, down: undefined });
});

test('the buttons send where the job is to start, and say why it was not moved', async () => {
  const server = new GraphqlStandIn();
  server.answer('MoveJob', () => ({
    moveJob: { __typename: 'JobNotMoved', message: 'Job 6 is no longer queued.' },
  }));
  const user = renderWith(server, <QueueMove jobId="6" moves={{ up: '4', down: null }} />);
  await user.click(screen.getByRole('button', { name: 'Move job 6 up' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Job 6 is no longer queued.');
  await user.click(screen.getByRole('button', { name: 'Move job 6 down' }));
  expect(server.sent.map(({ variables }) => variables)).toEqual([
    { input: { jobId: '6', before: '4' } },
    { input: { jobId: '6', before: null } },
  ]);
});
