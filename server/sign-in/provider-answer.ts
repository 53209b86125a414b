// Owns reading the answers of the identity provider: their maximum size, and words for an answer that cannot be read. Not what they say (provider.ts).
import { ProviderFailure } from './provider-failure.ts';

/** The maximum length of an answer, in bytes. */
const maxAnswer = 1_000_000;
/** The maximum length of an answer with tokens, in bytes: a token with a thousand groups has less than half of it. */
const maxTokens = 256_000;

/** What the OpenID Connect libraries pass to `fetch`. */
interface RequestOptions {
  readonly method?: string;
  readonly headers?: Record<string, string> | Headers;
  readonly body?: unknown;
  readonly redirect?: 'error' | 'follow' | 'manual';
  readonly signal?: AbortSignal | undefined;
}

/**
 * `fetch` for all requests to the provider: reads the whole answer, so that its size and time are limited before a library looks at it. `signal`
 * limits the time. Throws {@link ProviderFailure} for an answer that is too large, too slow, or a web page.
 */
export async function fetchAnswer(url: string, options: RequestOptions): Promise<Response> {
  const { body: form, signal = null, ...rest } = options;
  // A request to the provider has a form or no body.
  const response = await fetch(url, { ...rest, body: form instanceof URLSearchParams ? form : null, signal });
  // Only requests for tokens are POST requests.
  const maximum = options.method === 'POST' ? maxTokens : maxAnswer;
  const body = await bodyOf(response, maximum);
  if (response.status < 500 && isWebPage(response, body))
    throw new ProviderFailure(
      'web-page',
      `it answers with a web page instead of JSON (status ${response.status})`,
    );
  const { status, statusText, headers } = response;
  return new Response(body.length === 0 ? null : body, { status, statusText, headers });
}

async function bodyOf(response: Response, maximum: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of response.body ?? []) {
      length += piece.length;
      if (length > maximum)
        throw new ProviderFailure('large', `its answer is larger than ${sizeOf(maximum)}`);
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError')
      throw new ProviderFailure('slow', 'it answers too slowly', error);
    throw error;
  }
  return new Uint8Array(Buffer.concat(pieces));
}

/** Pure. */
const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${bytes / 1_000} kB` : `${bytes / 1_000_000} MB`;

/** Whether an answer is HTML, also if its headers say otherwise: JSON never begins with `<`. Pure. */
function isWebPage({ headers }: Response, body: Uint8Array): boolean {
  const type = headers.get('content-type') ?? '';
  return (
    /^\s*text\/html\b/i.test(type) || /^\uFEFF?\s*</.test(new TextDecoder().decode(body.subarray(0, 100)))
  );
}
