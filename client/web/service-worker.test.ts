// Tests the service worker with the part of a browser's global object that it uses.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

type Listener = (event: object) => void;

const scope = 'https://host.test/spiderpig/';
let listeners: Map<string, Listener>;
let tabs: { url: string; focused: boolean; focus: () => void; navigate: (url: string) => Promise<void> }[];
let shown: string[];
let opened: string[];
let navigated: string[];

beforeEach(async () => {
  [listeners, tabs, shown, opened, navigated] = [new Map(), [], [], [], []];
  vi.stubGlobal('self', {
    registration: { scope, showNotification: async (title: string) => void shown.push(title) },
    clients: {
      matchAll: async () => tabs,
      openWindow: async (url: string) => void opened.push(url),
      claim: async () => {},
    },
    skipWaiting: async () => {},
    addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
  });
  vi.resetModules();
  // It is not a module, so its types cannot be imported.
  const file = './service-worker.ts';
  await import(/* @vite-ignore */ file);
});
afterEach(() => vi.unstubAllGlobals());

const tab = (url: string, focused: boolean) => ({
  url,
  focused,
  focus() {},
  navigate: async (to: string) => void navigated.push(`${url} → ${to}`),
});

/** Sends an event, and waits for what it does. */
async function send(type: string, event: object): Promise<void> {
  const work: Promise<unknown>[] = [];
  listeners.get(type)?.({ ...event, waitUntil: (promise: Promise<unknown>) => void work.push(promise) });
  await Promise.all(work);
}
const push = (json: () => unknown) => send('push', { data: { json } });

test('the service worker shows a message unless a page of this SpiderPig has the focus', async () => {
  tabs = [tab(`${scope}jobs/7`, false)];
  await push(() => ({ title: 'first' }));
  tabs = [tab(`${scope}jobs/7`, true)];
  await push(() => ({ title: 'second' }));
  // Another application at the same host.
  tabs = [tab('https://host.test/wiki/', true), tab('https://host.test/spiderpig-test/', true)];
  await push(() => ({ title: 'third' }));
  expect(shown).toEqual(['first', 'third']);
});

test('the service worker shows something also for a message that cannot be read', async () => {
  await push(() => JSON.parse('{'));
  expect(shown).toEqual(['SpiderPig']);
});

test('the service worker opens the page of a job in a tab of this SpiderPig, not in one of another application', async () => {
  const click = () => send('notificationclick', { notification: { close() {}, data: { path: '/jobs/7' } } });
  tabs = [tab('https://host.test/wiki/', false)];
  await click();
  expect([opened, navigated]).toEqual([[`${scope}jobs/7`], []]);
  tabs.push(tab(scope, false));
  await click();
  expect(navigated).toEqual([`${scope} → ${scope}jobs/7`]);
});
