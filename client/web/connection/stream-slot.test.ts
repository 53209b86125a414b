// Tests that tabs share the slots for open requests, with the Web Locks of Node.
import { expect, test } from 'vitest';
import { sharedSlots } from './stream-slot.ts';

const { locks } = navigator;

test('all tabs together have four slots, and hidden ones leave two for the visible tab', async () => {
  const [hidden, visible] = [sharedSlots(locks), sharedSlots(locks)];
  const ofHidden = [await hidden(true), await hidden(true)];
  expect(ofHidden).not.toContain(null);
  expect(await hidden(true)).toBeNull();
  const ofVisible = [await visible(false), await visible(false)];
  expect(ofVisible).not.toContain(null);
  expect(await visible(false)).toBeNull();
  expect(await visible(true)).toBeNull();
  // A slot that was returned is free for any tab.
  ofVisible[0]?.();
  await expect.poll(() => locks.query().then(({ held }) => held?.length)).toBe(3);
  const again = await visible(false);
  expect(again).not.toBeNull();
  for (const release of [...ofHidden, ofVisible[1], again]) release?.();
  await expect.poll(() => locks.query().then(({ held }) => held?.length)).toBe(0);
});

test('a foreground subscription takes a slot that background subscriptions left', async () => {
  const take = sharedSlots(locks);
  const taken = [await take(false), await take(false), await take(false), await take(false)];
  expect(taken).not.toContain(null);
  expect(await take(true)).toBeNull();
  for (const release of taken) release?.();
});

const refusing = { request: () => Promise.reject(new DOMException('site data is blocked', 'SecurityError')) };
test.each([
  ['has no locks', undefined],
  ['blocks the data of the site', refusing],
])('each page has one slot where the browser %s', async (_name, missing) => {
  const [one, two] = [sharedSlots(missing), sharedSlots(missing)];
  const release = await one(false);
  expect(release).not.toBeNull();
  expect(await one(false)).toBeNull();
  expect(await one(true)).toBeNull();
  expect(await two(false)).not.toBeNull();
  release?.();
  expect(await one(false)).not.toBeNull();
});
