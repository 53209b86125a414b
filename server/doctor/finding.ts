// Owns the form of a finding of `spiderpig doctor`. Not how findings are printed (main.ts).
import { errorCode } from '../../schema/process/error.ts';
import { certificateProblem } from '../../schema/text/certificate.ts';

/** The result of one check. */
export interface Finding {
  /** `FAIL`: SpiderPig does not work or is not safe until this is fixed. `warn`: it works, but an operator should know. */
  readonly level: 'ok' | 'warn' | 'FAIL';
  readonly what: string;
  /** What to do; null if nothing. */
  readonly next: string | null;
}

export const ok = (what: string): Finding => ({ level: 'ok', what, next: null });
export const warn = (what: string, next: string): Finding => ({ level: 'warn', what, next });
export const fail = (what: string, next: string): Finding => ({ level: 'FAIL', what, next });

/** The timeout of requests to other services, in milliseconds. */
export const requestTimeout = 5_000;

/** Whether users other than the owner have access. Pure. */
export const isOpenToOthers = (mode: number): boolean => (mode & 0o077) !== 0;

/** A file mode as in `chmod`. Pure. */
export const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

/** An error in a few words. Pure. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? errorCode(error.cause) : null;
  if (error.name === 'TimeoutError') return 'it does not respond';
  return certificateProblem(cause ?? errorCode(error)) ?? cause ?? error.message;
}
