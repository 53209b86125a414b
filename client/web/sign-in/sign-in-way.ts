// Owns how one can sign in here, as the server tells it, and where the page goes on afterwards. Owns no page.
import { sameOriginPath } from '../../../schema/text/same-origin-path.ts';

/** The organisation's identity provider. */
export interface ProviderWay {
  /** What people know it by. */
  readonly name: string;
  /** Whether it answered the server just now. */
  readonly available: boolean;
}

/** The provider in an answer of `GET /sign-in/ways`; null: there is none. Pure. */
export function providerIn(answer: unknown): ProviderWay | null {
  const way: unknown = member(answer, 'provider');
  const name = member(way, 'name');
  return typeof name === 'string' ? { name, available: member(way, 'available') === true } : null;
}

/** Asks the server. Rejects when it cannot be reached. */
export async function askProviderWay(signal: AbortSignal): Promise<ProviderWay | null> {
  const response = await fetch('/sign-in/ways', { signal });
  return providerIn(await response.json());
}

/** What stands in the address of the sign-in page. */
export interface Arrival {
  /** The code of a link; null: none. */
  readonly code: string | null;
  /** The word for what went wrong at the provider; null: nothing. */
  readonly problem: string | null;
  /** Where somebody wanted to go: a path of ours. */
  readonly next: string;
}

/** Reads an address. Of another page than the sign-in page it is the page itself that is wanted. Pure. */
export function arrivalIn({
  pathname,
  search,
  hash,
}: Pick<Location, 'pathname' | 'search' | 'hash'>): Arrival {
  if (pathname !== '/sign-in') {
    return { code: null, problem: null, next: sameOriginPath(pathname + search + hash) };
  }
  const told = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    code: told.get('code'),
    problem: told.get('problem'),
    next: sameOriginPath(told.get('next') ?? new URLSearchParams(search).get('next')),
  };
}

/** The address of the sign-in page that leads on to `next`. Pure. */
export function signInPath(next: string): string {
  return next === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ next })}`;
}

/** The address that leads to the provider, and back to `next`. Pure. */
export function providerPath(next: string): string {
  return `/sign-in/provider?${new URLSearchParams({ next })}`;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
