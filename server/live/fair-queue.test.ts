// Tests whose task is next, and how many run at the same time.
import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Tasks that write when they begin, and end when they are released. */
class Tasks {
  readonly begun: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<void>>();

  task(name: string): () => Promise<void> {
    const end = Promise.withResolvers<void>();
    this.#ends.set(name, end);
    return () => {
      this.begun.push(name);
      return end.promise;
    };
  }

  async end(name: string, error?: Error): Promise<void> {
    const end = this.#ends.get(name);
    if (error) end?.reject(error);
    else end?.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('W3 the fair queue lets an owner with one task go before the others of an owner with many', async () => {
  const tasks = new Tasks();
  const queue = new FairQueue<string>(1);
  const many = ['a1', 'a2', 'a3'].map((name) => queue.run('a', tasks.task(name)));
  const one = queue.run('b', tasks.task('b1'));
  await turn();
  await tasks.end('a1');
  expect(tasks.begun).toEqual(['a1', 'b1']);
  await tasks.end('b1');
  await one;
  expect(queue.isBusy('b')).toBe(false);
  await tasks.end('a2');
  await tasks.end('a3');
  await Promise.all(many);
  expect(tasks.begun).toEqual(['a1', 'b1', 'a2', 'a3']);
});

it('the fair queue runs the tasks of an owner in order, also after one fails, and at most so many of all', async () => {
  const tasks = new Tasks();
  const queue = new FairQueue<number>(2);
  const first = queue.run(1, tasks.task('1a')).catch((error: Error) => error.message);
  const others = [
    queue.run(1, tasks.task('1b')),
    queue.run(2, tasks.task('2a')),
    queue.run(3, tasks.task('3a')),
  ];
  await turn();
  expect(tasks.begun).toEqual(['1a', '2a']);
  await tasks.end('1a', new Error('failed'));
  expect(await first).toBe('failed');
  expect(tasks.begun).toEqual(['1a', '2a', '3a']);
  await tasks.end('2a');
  expect(tasks.begun).toEqual(['1a', '2a', '3a', '1b']);
  await tasks.end('1b');
  await tasks.end('3a');
  await Promise.all(others);
  expect([1, 2, 3].some((owner) => queue.isBusy(owner))).toBe(false);
});
