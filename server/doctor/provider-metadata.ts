// Owns the checks of the identity provider's metadata: issuer, endpoints, PKCE, keys, clock.
import type { ProviderConfiguration } from '../../schema/process/configuration/configuration.ts';
import { fetchAnswer } from '../sign-in/provider-answer.ts';
import { clockDifference } from '../sign-in/provider-clock.ts';
import { clockFinding } from './clock.ts';
import { type Finding, fail, ok, reasonOf, requestTimeout, warn } from './finding.ts';

/** A JSON document that was fetched. */
interface Fetched {
  readonly document: Readonly<Record<string, unknown>>;
  /** The `Date` header. */
  readonly date: string | null;
  /** When the request was sent and answered, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Fetches the metadata and checks it. */
export async function metadataFindings({ issuer }: ProviderConfiguration): Promise<Finding[]> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let metadata: Fetched;
  try {
    metadata = await fetchJson(url);
  } catch (error) {
    return [
      fail(
        `identity provider: ${url} cannot be read (${reasonOf(error)})`,
        'check that this host can reach it and trusts its certificate, and that --oidc-issuer is the issuer of the provider',
      ),
    ];
  }
  const { document } = metadata;
  const findings = [
    ...issuerFindings(document, issuer),
    ...endpointFindings(document),
    ...pkceFindings(document),
    ...(await keyFindings(document)),
  ];
  if (!findings.some(({ level }) => level === 'FAIL'))
    findings.unshift(ok(`identity provider: ${issuer} responds and has keys`));
  return [...findings, providerClock(metadata)];
}

async function fetchJson(url: string): Promise<Fetched> {
  const sentAt = Date.now();
  const response = await fetchAnswer(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(requestTimeout),
  });
  const answeredAt = Date.now();
  if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
  const document: unknown = await response.json();
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new Error('the response is not a JSON object');
  return { document: { ...document }, date: response.headers.get('date'), sentAt, answeredAt };
}

function issuerFindings(document: Fetched['document'], issuer: string): Finding[] {
  if (document['issuer'] === issuer) return [];
  return [
    fail(
      `identity provider: its issuer is ${JSON.stringify(document['issuer'])}, but --oidc-issuer is "${issuer}"`,
      'set --oidc-issuer to exactly that value, including or excluding the trailing slash',
    ),
  ];
}

/** The required endpoints that are missing or not safe. Pure. */
function missingEndpoints(document: Fetched['document']): string[] {
  return ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].filter((name) => {
    const value = document[name];
    return !(typeof value === 'string' && URL.canParse(value) && isSafe(new URL(value)));
  });
}

/** https, or http on this host. Pure. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));

function endpointFindings(document: Fetched['document']): Finding[] {
  const missing = missingEndpoints(document);
  if (missing.length === 0) return [];
  return [
    fail(
      `identity provider: it has no https URL for ${missing.join(', ')}`,
      'fix the configuration of the provider',
    ),
  ];
}

function pkceFindings(document: Fetched['document']): Finding[] {
  const methods = document['code_challenge_methods_supported'];
  if (Array.isArray(methods) && methods.includes('S256')) return [];
  return [
    warn(
      'identity provider: it does not declare support for PKCE with S256',
      'check that it supports it: SpiderPig always uses it',
    ),
  ];
}

async function keyFindings(document: Fetched['document']): Promise<Finding[]> {
  const url = document['jwks_uri'];
  if (missingEndpoints(document).length > 0 || typeof url !== 'string') return [];
  try {
    const { keys } = (await fetchJson(url)).document;
    if (!Array.isArray(keys) || keys.length === 0) throw new Error('it contains no key');
    return [];
  } catch (error) {
    return [
      fail(
        `identity provider: its keys at ${url} cannot be read (${reasonOf(error)})`,
        'fix the configuration of the provider',
      ),
    ];
  }
}

function providerClock({ date, sentAt, answeredAt }: Fetched): Finding {
  const time = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(time))
    return warn(
      'clock of the identity provider: unknown, because it sends no Date header',
      'check that both hosts synchronise their clocks with NTP',
    );
  // The header has whole seconds, so half a second is missing on average.
  const uncertainty = (answeredAt - sentAt) / 2 + 500;
  return clockFinding(
    'identity provider',
    time + 500 - (sentAt + answeredAt) / 2,
    uncertainty,
    clockDifference * 1_000,
  );
}
