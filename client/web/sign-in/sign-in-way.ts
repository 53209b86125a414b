// Owns the URLs of the sign-in page: what its fragment and query say, and the identity provider that the server offers.
import { sameOriginPath } from '../../../schema/text/same-origin-path.ts';
import { addressOf, pathAt } from '../base-path.ts';

/** The identity provider of the organisation. */
export interface Provider {
  /** Its name for users. */
  readonly name: string;
  /** Whether the server could reach it just now. */
  readonly available: boolean;
}

/** Parses the answer of `GET /sign-in/ways`; null when there is no provider. Pure. */
export function parseProvider(answer: unknown): Provider | null {
  const way: unknown = member(answer, 'provider');
  const name = member(way, 'name');
  return typeof name === 'string' ? { name, available: member(way, 'available') === true } : null;
}

/** Fetches the provider from the server. Rejects when the server cannot be reached. */
export async function fetchProvider(signal: AbortSignal): Promise<Provider | null> {
  const response = await fetch(addressOf('/sign-in/ways'), { signal });
  return parseProvider(await response.json());
}

/** What the URL of the sign-in page says. */
export interface Arrival {
  /** The code of a link, or null. */
  readonly code: string | null;
  /** The reason of a failed sign-in at the provider, or null. */
  readonly problem: string | null;
  /** Whether to continue to the identity provider: a link led there directly. */
  readonly startsProvider: boolean;
  /** The path of the server to open after signing in, without the base path; always of the same origin. */
  readonly next: string;
}

/** Parses the address of the page. For another page than the sign-in page, `next` is that page. */
export function parseArrival({
  pathname,
  search,
  hash,
}: Pick<Location, 'pathname' | 'search' | 'hash'>): Arrival {
  const path = pathAt(pathname);
  if (path !== '/sign-in') {
    return {
      code: null,
      problem: null,
      startsProvider: false,
      next: sameOriginPath(path + search + hash),
    };
  }
  const fragment = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    code: fragment.get('code'),
    problem: fragment.get('problem'),
    startsProvider: fragment.get('start') === 'provider',
    next: sameOriginPath(fragment.get('next') ?? new URLSearchParams(search).get('next')),
  };
}

/** The address of the sign-in page that continues to `next`. */
export function signInPath(next: string): string {
  return addressOf(next === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ next })}`);
}

/** The address that redirects to the provider, and then back to `next`. `proofHash`: see sign-in-proof.ts. */
export function providerPath(next: string, proofHash?: string): string {
  return addressOf(
    `/sign-in/provider?${new URLSearchParams({ next, ...(proofHash === undefined ? {} : { proof: proofHash }) })}`,
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
