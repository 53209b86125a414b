// Tests a few hundred random operations, WebSocket messages and HTTP requests. `npm run nightly` sends many more, with another seed each time.
import { expect, test } from 'vitest';
import { fuzz } from './run.ts';

test('G6 no random operation, message or request gets an internal error or blocks the server', async () => {
  expect(await fuzz({ seed: 'short', rounds: 150 })).toEqual([]);
});
