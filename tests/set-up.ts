// Prepares each file of tests. Owns how long a query waits for an element, and that no file sees the module state of another.
import { vi } from 'vitest';

// Files share a worker (vitest.config.ts). Each loads its modules again, so that their state (the address of the page, the clock) starts as in a new page.
vi.resetModules();

if ('document' in globalThis) {
  const { configure } = await import('@testing-library/preact');
  // The default of one second is too short for a busy machine.
  configure({ asyncUtilTimeout: 10_000 });
}
