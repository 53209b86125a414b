import { describe, expect, test } from 'vitest';
import { compareErrors, dispersionOf, probabilityOfAtLeast } from './error-rate.ts';

/** The same by adding up the binomial distribution. */
function summed(count: number, total: number, share: number): number {
  let term = (1 - share) ** total;
  let sum = 0;
  for (let k = 0; k <= total; k++) {
    if (k >= count) sum += term;
    term *= ((total - k) / (k + 1)) * (share / (1 - share));
  }
  return sum;
}

/** A generator of numbers from 0 to 1 that always gives the same ones (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A count of independent events with this mean, by Knuth's method. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  for (; product > limit; count++) product *= random();
  return count;
}

describe('probabilityOfAtLeast', () => {
  test('p is the upper tail of the binomial distribution', () => {
    for (const total of [1, 2, 7, 40, 300])
      for (const share of [0.01, 0.08, 0.3, 0.5, 0.9])
        for (const count of [0, 1, 2, 5, 20, 100, total].filter((each) => each <= total))
          expect(probabilityOfAtLeast(count, total, share)).toBeCloseTo(summed(count, total, share), 8);
  });

  test('p stays between 0 and 1, and falls with the count, for large counts too', () => {
    for (const total of [10, 1_000, 1_000_000]) {
      let last = 1;
      for (let part = 0; part <= 1; part += 0.01) {
        const probability = probabilityOfAtLeast(part * total, total, 0.2);
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(last + 1e-9);
        last = probability;
      }
    }
  });
});

describe('compareErrors', () => {
  const hourWith = (errors: number, dispersion = 1) => ({ errors, minutes: 60, dispersion });

  test.each([
    [hourWith(60), { errors: 15, minutes: 15 }, 0, 'usual', 'No more errors than usual'],
    [hourWith(60), { errors: 51, minutes: 15 }, 2, 'more', '3.4× the usual rate; 2 new messages'],
    [hourWith(0), { errors: 41, minutes: 3 }, 1, 'more', 'Errors where there were none; 1 new message'],
    [hourWith(6_000), { errors: 34_000, minutes: 10 }, 0, 'more', '34× the usual rate'],
    [hourWith(600), { errors: 20, minutes: 10 }, 0, 'fewer', 'Fewer errors than usual'],
    [hourWith(2), { errors: 1, minutes: 15 }, 0, 'too-little', 'Too little traffic to tell'],
    [hourWith(0), { errors: 0, minutes: 15 }, 0, 'too-little', 'Too little traffic to tell'],
    [hourWith(60), { errors: 9, minutes: 0.2 }, 0, 'unknown', 'Too early to tell'],
    [null, { errors: 9, minutes: 5 }, 0, 'unknown', 'The time before is not known yet'],
  ])(
    'the comparison of %j and then %j with %i new messages says: %s',
    (usual, after, newMessages, kind, text) => {
      expect(compareErrors(usual, after, newMessages)).toMatchObject({ kind, text });
    },
  );

  test('a verdict names the numbers that it rests on', () => {
    expect(compareErrors(hourWith(240), { errors: 41, minutes: 3 }).basis).toBe(
      '41 errors in 3 min, 12 expected, p < 0.001',
    );
    expect(compareErrors(hourWith(60), { errors: 1, minutes: 1.5 }).basis).toBe(
      '1 error in 1.5 min, 1.5 expected, p = 0.778',
    );
  });

  test('the comparison does not report a certain but small rise', () => {
    expect(compareErrors(hourWith(600_000), { errors: 120_000, minutes: 10 }).kind).toBe('usual');
  });

  test('the comparison needs more errors in a log with bursts', () => {
    const after = { errors: 45, minutes: 15 };
    expect(compareErrors(hourWith(60), after).kind).toBe('more');
    expect(compareErrors(hourWith(60, 8), after).kind).toBe('too-little');
  });

  test('the verdict is rarely wrong when nothing has changed, and finds four times the rate', () => {
    const random = seeded(18);
    let [alarms, missed] = [0, 0];
    for (let round = 0; round < 1_000; round++) {
      const counts = Array.from({ length: 60 }, () => poisson(2, random));
      const usual = hourWith(
        counts.reduce((sum, each) => sum + each, 0),
        dispersionOf(counts),
      );
      const errors = (rate: number): number => poisson(rate * 10, random);
      if (compareErrors(usual, { errors: errors(2), minutes: 10 }).kind === 'more') alarms++;
      if (compareErrors(usual, { errors: errors(8), minutes: 10 }).kind !== 'more') missed++;
    }
    expect(alarms).toBeLessThanOrEqual(3);
    expect(missed).toBeLessThanOrEqual(3);
  });
});

test('dispersionOf is 1 for equal counts, and grows with bursts', () => {
  expect(dispersionOf([2, 2, 2, 2])).toBe(1);
  expect(dispersionOf([])).toBe(1);
  expect(dispersionOf([0, 0, 0])).toBe(1);
  expect(dispersionOf([0, 0, 0, 40, 0, 0, 0, 0])).toBeGreaterThan(30);
});
