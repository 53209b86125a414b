// Owns how numbers and rates of errors are written. Pure. Owns no comparison of rates: the server says what they mean.
import { msg } from './messages.ts';

const precise = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `1,204`. */
export const countInWords = (count: number): string => whole.format(count);

/** `0.4`, `12`, or `?` while it is not known: an unknown rate is never zero. */
export function rateInWords(rate: { readonly perMinute: number } | null): string {
  if (rate === null) return msg('health-unknown');
  return (rate.perMinute < 10 ? precise : whole).format(rate.perMinute);
}

/** `1.45.0-wmf.13, 1.45.0-wmf.12 and 3 others`. @param shown how many are named */
export function sharesInWords(
  shares: readonly { readonly name: string | null; readonly count: number }[],
  shown: number,
): string {
  const named = shares.flatMap(({ name }) => name ?? []);
  const rest = named.length - shown;
  const names = named.slice(0, shown).join(', ');
  const hasMore = rest > 0 || named.length < shares.length;
  return hasMore ? msg('health-shares-more', names) : names;
}
