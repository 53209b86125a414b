// @vitest-environment happy-dom
// Tests what a component is shown of the mutation that it sends.
import { cleanup, screen, waitFor } from '@testing-library/preact';
import { CombinedError } from '@urql/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { StopJobMutation } from '../job/stop/stop.graphql.ts';
import { lateResult, useMutationRequest } from './mutation.ts';

let server: GraphqlStandIn;
let stopped: string[];

beforeEach(() => {
  server = new GraphqlStandIn();
  stopped = [];
});
afterEach(() => {
  lateResult.value = null;
  cleanup();
});

function Stop({
  onRefusal,
  late,
}: {
  onRefusal?: (refusal: { message: string }) => string | null;
  late?: () => { words: string; jobId: string };
}) {
  const stop = useMutationRequest(StopJobMutation, {
    select: (data) => data.stopJob,
    failed: (why) => `Not stopped: ${why}`,
    ...(onRefusal === undefined ? {} : { onRefusal }),
    ...(late === undefined ? {} : { late }),
  });
  return (
    <>
      <button
        type="button"
        onClick={async () => {
          const success = await stop.send({ input: { jobId: '7', how: 'INTERRUPT' } });
          if (success !== null) stopped.push(stop.isShown() ? success.job.id : 'too late');
        }}
      >
        {stop.sending ? 'Stopping' : 'Stop'}
      </button>
      <p>{stop.problem ?? 'no problem'}</p>
    </>
  );
}

const signedOut = new CombinedError({
  graphQLErrors: [{ message: 'Sign in first.', extensions: { code: 'UNAUTHENTICATED' } }],
});
const refusal = { stopJob: { __typename: 'JobAlreadyEnded', message: 'Job 7 has ended.' } };
const success = { stopJob: { __typename: 'StopJobSuccess', job: { id: '7', state: 'STOPPING' } } };

test('a success is returned, and there is no problem', async () => {
  server.answer('StopJob', () => success);
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(stopped).toEqual(['7']));
  expect(screen.getByText('no problem')).toBeTruthy();
  expect(server.sent).toEqual([{ name: 'StopJob', variables: { input: { jobId: '7', how: 'INTERRUPT' } } }]);
});

test('a refusal is a problem with a message, and not a success', async () => {
  server.answer('StopJob', () => refusal);
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('Not stopped: Job 7 has ended.')).toBeTruthy();
  expect(stopped).toEqual([]);
});

test('a refusal that the caller shows itself is not reported as a problem', async () => {
  const seen: string[] = [];
  server.answer('StopJob', () => refusal);
  const user = renderWith(
    server,
    <Stop
      onRefusal={({ message }) => {
        seen.push(message);
        return null;
      }}
    />,
  );
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(seen).toEqual(['Job 7 has ended.']));
  expect(screen.getByText('no problem')).toBeTruthy();
});

test('a request that does not reach the server is a problem, which the next request clears', async () => {
  server.answer('StopJob', () => new Error('connection refused'));
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText(/^Not stopped: /)).toBeTruthy();
  server.answer('StopJob', () => success);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(await screen.findByText('no problem')).toBeTruthy();
});

test('a second click while the request is under way sends nothing', async () => {
  let respond = (_: typeof success): void => {};
  server.answer('StopJob', () => new Promise((resolve) => (respond = resolve)));
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await user.click(await screen.findByRole('button', { name: 'Stopping' }));
  respond(success);
  expect(await screen.findByRole('button', { name: 'Stop' })).toBeTruthy();
  expect(server.sent).toHaveLength(1);
});

test('a problem that comes after its component was removed is kept for the page, until the next request', async () => {
  const response = Promise.withResolvers<typeof refusal>();
  server.answer('StopJob', () => response.promise);
  const dialog = renderWith(server, <Stop onRefusal={() => null} />);
  await dialog.click(screen.getByRole('button', { name: 'Stop' }));
  await screen.findByRole('button', { name: 'Stopping' });
  cleanup();
  response.resolve(refusal);
  await waitFor(() =>
    expect(lateResult.value).toEqual({ tone: 'error', words: 'Not stopped: Job 7 has ended.', jobId: null }),
  );
  server.answer('StopJob', () => success);
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(stopped).toEqual(['7']));
  expect(lateResult.value).toBeNull();
});

test('a success that comes after its component was removed is shown by the page, and the caller knows it', async () => {
  const response = Promise.withResolvers<typeof success>();
  server.answer('StopJob', () => response.promise);
  const late = { words: 'Job 7 stops.', jobId: '7' };
  const dialog = renderWith(server, <Stop late={() => late} />);
  await dialog.click(screen.getByRole('button', { name: 'Stop' }));
  await screen.findByRole('button', { name: 'Stopping' });
  cleanup();
  response.resolve(success);
  await waitFor(() => expect(stopped).toEqual(['too late']));
  expect(lateResult.value).toEqual({ tone: 'success', ...late });
});

test('a request that the end of the session prevented is shown above the page for signing in', async () => {
  server.answer('StopJob', () => signedOut);
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(lateResult.value?.words).toMatch(/^Not stopped: /));
  expect(lateResult.value).toMatchObject({ tone: 'error', jobId: null });
});

test('a success that the component shows itself is not shown above the page', async () => {
  server.answer('StopJob', () => success);
  const user = renderWith(server, <Stop late={() => ({ words: 'Job 7 stops.', jobId: '7' })} />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  await waitFor(() => expect(stopped).toEqual(['7']));
  expect(lateResult.value).toBeNull();
});

test('a mutation without a response in time may have succeeded, and the page says so', async () => {
  const networkError = new DOMException('signal timed out', 'TimeoutError');
  server.answer('StopJob', () => new CombinedError({ networkError }));
  const user = renderWith(server, <Stop />);
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  const words = 'The server did not reply within 30 seconds. It is unknown whether this was recorded.';
  expect(await screen.findByText(`${words} Check before you repeat it.`)).toBeTruthy();
  expect(stopped).toEqual([]);
});
