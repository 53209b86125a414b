// Tests that a request is sent before the client exists, and that the client takes its response.
import { signal } from '@preact/signals';
import { afterEach, expect, test, vi } from 'vitest';
import { requestsOf } from '../early.ts';
import { firstJobs, firstOfJob, JobQuery, JobsQuery } from '../job/job.graphql.ts';
import { ViewerQuery } from '../system.graphql.ts';
import { type ClientTransport, openClient } from './client.ts';
import { requestEarly } from './early-request.ts';

const url = 'http://spiderpig.test/graphql';

afterEach(() => vi.unstubAllGlobals());

/** A server whose requests are recorded, and which answers each with an empty object. */
function stubServer() {
  const server = vi.fn<typeof fetch>(async () => Response.json({ data: {} }));
  vi.stubGlobal('fetch', server);
  return server;
}

const transport: ClientTransport = {
  subscribe: () => () => {},
  outdated: signal(false),
  signOut: () => {},
};
const open = (key = 'key') => openClient(url, transport, () => key);

test.each([
  ['the job of the page', '/jobs/7', JobQuery, firstOfJob('7')],
  ['the history', '/', JobsQuery, firstJobs(null)],
  ['the viewer', '/', ViewerQuery, {}],
] as const)('the client takes the early response: %s', async (_name, path, document, variables) => {
  const server = stubServer();
  for (const request of requestsOf(path, '')) requestEarly(url, 'key', request);
  const early = server.mock.calls.length;
  const client = open();
  await client.query<object, object>(document, variables);
  expect(server).toHaveBeenCalledTimes(early);
  await client.query<object, object>(document, variables);
  expect(server).toHaveBeenCalledTimes(early + 1);
});

test('an early response is not given to the client of another page key', async () => {
  const server = stubServer();
  for (const request of requestsOf('/jobs/9', '')) requestEarly(url, 'key', request);
  const early = server.mock.calls.length;
  await open('another key').query(JobQuery, firstOfJob('9'));
  expect(server).toHaveBeenCalledTimes(early + 1);
});

test('an early request that failed is an error of the query that takes it', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('the network is away')));
  for (const request of requestsOf('/jobs/8', '')) requestEarly(url, 'key', request);
  const { error } = await open().query(JobQuery, firstOfJob('8'));
  expect(error?.networkError?.message).toBe('the network is away');
});

test.each([
  ['a filtered history', '/', '?owner=ada'],
  ['the account', '/account', ''],
  ['a path without a page', '/nowhere', ''],
])('nothing is requested early for %s', (_name, path, search) => {
  expect(requestsOf(path, search)).toEqual([]);
});
