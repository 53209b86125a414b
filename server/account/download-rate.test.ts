import { expect, test } from 'vitest';
import { DownloadRates } from './download-rate.ts';

test('W3 a user may begin 120 downloads in a minute, and does not limit others', () => {
  let at = 0;
  const rates = new DownloadRates(() => at);
  const admitted = Array.from({ length: 130 }, () => rates.admits(1));
  expect(admitted.filter((each) => each)).toHaveLength(120);
  expect(rates.admits(2)).toBe(true);
  at += 60_000;
  expect(rates.admits(1)).toBe(true);
  for (let count = 0; count < 120; count++) rates.admits(1);
  expect(rates.admits(1)).toBe(false);
  at -= 86_400_000;
  expect(rates.admits(1)).toBe(true);
});
