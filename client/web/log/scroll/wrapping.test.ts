// @vitest-environment happy-dom
// Tests that the browser remembers whether long lines are wrapped.
import { beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
});

/** The choice as a page reads it when it is loaded. */
const load = () => import('./wrapping.ts');

test('long lines are wrapped by default', async () => {
  expect((await load()).wrapping.value).toBe(true);
});

test('long lines stay unwrapped on the next visit, and wrapped after another switch', async () => {
  const first = await load();
  first.toggleWrapping();
  expect(first.wrapping.value).toBe(false);
  vi.resetModules();
  const second = await load();
  expect(second.wrapping.value).toBe(false);
  second.toggleWrapping();
  vi.resetModules();
  expect((await load()).wrapping.value).toBe(true);
});

test('long lines are wrapped if the stored choice is not known', async () => {
  localStorage.setItem('spiderpig.wrapping', 'sometimes');
  expect((await load()).wrapping.value).toBe(true);
});
