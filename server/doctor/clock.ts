// Owns comparing the clock of another service with that of this host. Pure.
import { type Finding, fail, ok, warn } from './finding.ts';

/** A larger difference is a warning, in milliseconds. */
const clockWarning = 2_000;
/** A larger difference is a failure unless the caller knows better, in milliseconds. */
const defaultLimit = 60_000;

/** `ahead`: how far the other clock is ahead of this one, plus or minus `uncertainty`; more than `limit` is a failure. All in milliseconds. */
export function clockFinding(
  service: string,
  ahead: number,
  uncertainty: number,
  limit = defaultLimit,
): Finding {
  const seconds = (Math.abs(ahead) / 1_000).toFixed(1);
  const what = `clock of the ${service}: ${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} the clock of this host`;
  const certain = Math.abs(ahead) - uncertainty;
  const next = 'synchronise both clocks with NTP';
  if (certain > limit) return fail(`${what}, which is more than the tolerated ${limit / 1_000} s`, next);
  return certain > clockWarning
    ? warn(what, next)
    : ok(`clock of the ${service}: agrees with the clock of this host`);
}
