// Tests the pace at which lines are published.
import { expect, it } from 'vitest';
import { Publisher } from './publisher.ts';

it('lines that come right after a publication to many subscribers wait for the next one', async () => {
  const published: number[] = [];
  const second = Promise.withResolvers<void>();
  using publisher = new Publisher({
    subscribers: () => 10,
    onPublish: () => {
      published.push(publisher.last);
      if (published.length === 2) second.resolve();
      const end = performance.now() + 20;
      while (performance.now() < end);
    },
  });
  publisher.publish(1);
  publisher.publish(2);
  publisher.publish(3);
  expect(published).toEqual([1]);
  await second.promise;
  expect(published).toEqual([1, 3]);
});
