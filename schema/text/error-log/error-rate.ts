// Owns rates of errors and the verdict about two of them: whether there are more errors than usual. Pure. Not the counting (server/error-log/).
import { counted } from '../counted.ts';

/** Errors of a time span. */
export interface ErrorRate {
  readonly errors: number;
  /** How long the span is, in minutes. */
  readonly minutes: number;
}

/** The time before, with which a rate is compared. */
export interface UsualErrors extends ErrorRate {
  /** How much more the counts of minutes vary than those of independent events do: variance by mean, at least 1. */
  readonly dispersion: number;
}

/** `too-little`: three times the usual rate could not be told from the usual one. `unknown`: there is nothing to compare. */
export const verdictKinds = ['usual', 'more', 'fewer', 'too-little', 'unknown'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

/** What a comparison says. */
export interface ErrorVerdict {
  readonly kind: VerdictKind;
  /** As text, for example `3.4× the usual rate; 2 new messages`. */
  readonly text: string;
  /** The numbers that it rests on, as text. */
  readonly basis: string;
  /** The rate divided by the usual rate; null if the usual rate is 0 or unknown. */
  readonly factor: number | null;
  /** The probability of at least this difference if nothing has changed; null if no test was made. */
  readonly probability: number | null;
}

/** A difference that is less probable than this by chance is reported. One comparison is made every 15 seconds, so it is small. */
const significance = 0.001;
/** A smaller change is not reported, however certain it is. */
const smallestFactor = 1.5;
/** A rise of this size must be noticeable; otherwise there are too few errors for a verdict. */
const noticeableFactor = 3;
/** The shortest times that are compared, in minutes. */
export const shortestBefore = 10;
const shortestAfter = 0.5;

/** ln Γ(x) for x > 0, by Lanczos' approximation. */
function logGamma(x: number): number {
  const coefficients = [
    76.1800917294715, -86.5053203294168, 24.0140982408309, -1.23173957245015, 0.00120865097386618,
    -0.000005395239384953,
  ];
  const shifted = x + 5.5;
  const series = coefficients.reduce((sum, each, index) => sum + each / (x + 1 + index), 1.00000000019001);
  return (x + 0.5) * Math.log(shifted) - shifted + Math.log((2.506628274631 * series) / x);
}

/** The continued fraction of the incomplete beta function, by Lentz' method. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-12) break;
  }
  return result;
}

/** The regularized incomplete beta function, for 0 ≤ x ≤ 1. */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(a, b, x)) / a
    : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** The probability of at least `count` of `total` events in a share of the time, 0 to 1. Also for fractions of counts. Pure. */
export const probabilityOfAtLeast = (count: number, total: number, share: number): number =>
  count <= 0 ? 1 : count > total ? 0 : incompleteBeta(count, total - count + 1, share);

/** How much counts of equal times vary: variance by mean, at least 1. Pure. */
export function dispersionOf(counts: readonly number[]): number {
  const mean = counts.reduce((sum, each) => sum + each, 0) / counts.length;
  if (counts.length < 2 || mean === 0) return 1;
  const variance = counts.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (counts.length - 1);
  return Math.max(1, variance / mean);
}

const unknown = (text: string): ErrorVerdict => ({
  kind: 'unknown',
  text,
  basis: '',
  factor: null,
  probability: null,
});

/**
 * Compares errors with those of the time before, by the exact conditional test of two Poisson rates: if nothing has changed, the errors of both times
 * are distributed among them in proportion to their lengths. Errors come in bursts, so both counts are divided by the dispersion first.
 * docs/health.md explains it. Pure. @param newMessages how many messages the time before did not have
 */
export function compareErrors(
  before: UsualErrors | null,
  after: ErrorRate | null,
  newMessages = 0,
): ErrorVerdict {
  if (before === null || before.minutes < shortestBefore) return unknown('The time before is not known yet');
  if (after === null || after.minutes < shortestAfter) return unknown('Too early to tell');
  const share = after.minutes / (before.minutes + after.minutes);
  const [k0, k1] = [before.errors / before.dispersion, after.errors / before.dispersion];
  const expected = (before.errors * after.minutes) / before.minutes;
  const factor = expected === 0 ? null : after.errors / expected;
  const risen = probabilityOfAtLeast(k1, k0 + k1, share);
  // Counted from the other side: at least as many errors in the time before.
  const fallen = probabilityOfAtLeast(k0, k0 + k1, 1 - share);
  const noticeable = (noticeableFactor * expected) / before.dispersion;
  const kind =
    risen < significance && (factor ?? Number.POSITIVE_INFINITY) >= smallestFactor
      ? 'more'
      : fallen < significance && factor !== null && factor <= 1 / smallestFactor
        ? 'fewer'
        : probabilityOfAtLeast(noticeable, k0 + noticeable, share) < significance
          ? 'usual'
          : 'too-little';
  const probability = kind === 'fewer' ? fallen : risen;
  const words = wordsOf(kind, factor);
  return {
    kind,
    text:
      newMessages === 0
        ? words
        : `${words}; ${newMessages} new ${newMessages === 1 ? 'message' : 'messages'}`,
    basis: basisOf(after, expected, probability),
    factor,
    probability,
  };
}

function wordsOf(kind: VerdictKind, factor: number | null): string {
  if (kind === 'more')
    return factor === null ? 'Errors where there were none' : `${times(factor)} the usual rate`;
  if (kind === 'fewer') return 'Fewer errors than usual';
  return kind === 'usual' ? 'No more errors than usual' : 'Too little traffic to tell';
}

/** A factor as people write it: `3.4×`, `34×`. */
const times = (factor: number): string => `${factor < 10 ? factor.toFixed(1) : Math.round(factor)}×`;

function basisOf({ errors, minutes }: ErrorRate, expected: number, probability: number): string {
  const count = (value: number): string =>
    value < 10 && value % 1 !== 0 ? value.toFixed(1) : `${Math.round(value)}`;
  const p = probability < significance ? 'p < 0.001' : `p = ${probability.toFixed(3)}`;
  return `${counted(errors, 'error')} in ${count(minutes)} min, ${count(expected)} expected, ${p}`;
}
