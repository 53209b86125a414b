// @vitest-environment happy-dom
// Tests that the page keeps knowing its viewer.
import { signal } from '@preact/signals';
import { act, cleanup, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../tests/component/graphql-stand-in.tsx';
import { useViewer } from './viewer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const connections = signal(1);
const ada = {
  viewer: { __typename: 'Viewer', canDeploy: true, role: 'DEPLOYER', user: { id: '1', name: 'ada' } },
};

function ViewerInWords() {
  return <p>{useViewer(connections)?.user.name ?? 'unknown'}</p>;
}

/** Lets time pass. What a rendering causes begins at the end of a step. */
async function pass(seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 4; step++)
    await act(async () => void (await vi.advanceTimersByTimeAsync(250)));
}

test('the page keeps its viewer when the request after a reconnection fails, and retries it', async () => {
  const server = new GraphqlStandIn();
  server.answer('Viewer', () => ada);
  renderWith(server, <ViewerInWords />);
  await pass(1);
  screen.getByText('ada');
  server.answer('Viewer', () => new Error('504'));
  connections.value = 2;
  await pass(1);
  screen.getByText('ada');
  server.answer('Viewer', () => ({ viewer: { ...ada.viewer, user: { id: '1', name: 'renamed' } } }));
  await pass(4);

  screen.getByText('renamed');
  const { length } = server.sent;
  await pass(60);
  expect(server.sent).toHaveLength(length);
});

test('the page learns its viewer after the first request has failed', async () => {
  const server = new GraphqlStandIn();
  server.answer('Viewer', () => new Error('504'));
  renderWith(server, <ViewerInWords />);
  await pass(1);
  screen.getByText('unknown');
  server.answer('Viewer', () => ada);
  await pass(4);
  screen.getByText('ada');
});
