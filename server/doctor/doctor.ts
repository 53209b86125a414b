// Owns what `spiderpig doctor` looks at, and what it says must be mended. It changes nothing. Not how it is printed (main.ts).
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { roleOfGroups } from '../../schema/model/account/user.ts';
import { type Inspection, inspectDatabase } from '../../schema/model/inspection.ts';
import { GerritUnavailable } from '../../schema/model/job/change.ts';
import { dialectOf, sqliteFile } from '../../schema/model/store/database.ts';
import type { Configuration, ProviderConfiguration } from '../../schema/process/configuration.ts';
import { errorCode } from '../../schema/process/error.ts';
import { withoutPassword } from '../../schema/process/option-value.ts';
import { Gerrit } from '../gerrit.ts';
import { hostInUrl } from '../origin.ts';

/** One thing that was looked at. */
export interface Finding {
  /** `FAIL`: SpiderPig does not work, or is not safe, until it is mended. `warn`: it works, and somebody should know. */
  readonly level: 'ok' | 'warn' | 'FAIL';
  readonly what: string;
  /** What to do; null: nothing. */
  readonly next: string | null;
}

const ok = (what: string): Finding => ({ level: 'ok', what, next: null });
const warn = (what: string, next: string): Finding => ({ level: 'warn', what, next });
const fail = (what: string, next: string): Finding => ({ level: 'FAIL', what, next });

/** How far apart two clocks may be, in milliseconds: more is said, and more than the second number breaks sign-in. */
const clockWarning = 2_000;
const clockLimit = 60_000;
/** How long somebody else may take to answer, in milliseconds. */
const patience = 5_000;
/** How many files with a wrong mode are named. */
const mostNamed = 5;

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
const words = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? errorCode(error.cause) : null;
  return error.name === 'TimeoutError' ? 'it does not answer' : (cause ?? error.message);
};

/** Looks at everything, one thing after the other. */
export async function* examine(configuration: Configuration): AsyncGenerator<Finding, void> {
  yield* dataFindings(configuration);
  let inspection: Inspection | null = null;
  try {
    inspection = await inspectDatabase(configuration.databaseUrl);
    yield* databaseFindings(configuration, inspection);
  } catch (error) {
    yield fail(
      `database: ${withoutPassword(configuration.databaseUrl)} cannot be read (${words(error)})`,
      dialectOf(configuration.databaseUrl) === 'postgresql'
        ? 'see that PostgreSQL runs, that this host and user may connect, and that the database was created'
        : 'name another file with --database, or bring this one back from a backup',
    );
  }
  yield* commandFindings(configuration);
  yield await gerritFinding(configuration);
  yield await portFinding(configuration);
  yield* await providerFindings(configuration, inspection);
}

/** The data directory and all in it: for its owner alone. */
function* dataFindings({ data, databaseUrl }: Configuration): Generator<Finding, void> {
  let found: ReturnType<typeof statSync>;
  try {
    found = lstatSync(data);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      yield warn(
        `data directory: ${data} is not there yet`,
        'the first start makes it; or name it with --data',
      );
    } else {
      yield fail(
        `data directory: ${data} cannot be looked at (${errorCode(error)})`,
        'name another with --data',
      );
    }
    return;
  }
  if (!found.isDirectory()) {
    yield fail(`data directory: ${data} is no directory`, 'move it away, or name another with --data');
    return;
  }
  const uid = process.getuid?.() ?? found.uid;
  if (found.uid !== uid)
    yield fail(
      `data directory: ${data} belongs to uid ${found.uid}, and this is uid ${uid}`,
      'run SpiderPig, and this command, as the user whose directory it is; or chown it',
    );
  if ((found.mode & 0o077) !== 0) {
    yield fail(`data directory: ${data} has mode ${octal(found.mode)}`, `chmod 0700 ${data}`);
  } else yield ok(`data directory: ${data}, for its owner alone`);

  const open: string[] = [];
  const foreign: string[] = [];
  const sqlite = dialectOf(databaseUrl) === 'sqlite' ? sqliteFile(databaseUrl) : null;
  const outside = sqlite === null || dirname(sqlite) === data ? [] : [sqlite];
  // But for Node's cache of our own code, whose modes are Node's: nothing of anybody is in it.
  const inside = readdirSync(data, { recursive: true, withFileTypes: true }).map((each) =>
    join(each.parentPath, each.name),
  );
  for (const path of [...inside, ...outside]) {
    // It may have gone meanwhile: a server is at work here.
    const file = lstatSync(path, { throwIfNoEntry: false });
    if (!file || file.isSymbolicLink() || path.startsWith(join(data, 'compile-cache'))) continue;
    if ((file.mode & 0o077) !== 0) open.push(path);
    if (file.uid !== found.uid) foreign.push(path);
  }
  const some = (paths: readonly string[]): string =>
    `${paths.slice(0, mostNamed).join(', ')}${paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : ''}`;
  if (open.length > 0)
    yield fail(
      `files: others may read ${some(open)}`,
      'chmod go= each of them: 0600 for a file, 0700 for a directory',
    );
  if (foreign.length > 0)
    yield fail(
      `files: ${some(foreign)} belong to somebody else`,
      'chown them to the owner of the data directory',
    );
  if (open.length + foreign.length === 0) yield ok(`files: ${inside.length} in it, for their owner alone`);
}

/** Reachable, of this version, with a clock that agrees. */
function* databaseFindings(
  { databaseUrl }: Configuration,
  found: Inspection | null,
): Generator<Finding, void> {
  const name = withoutPassword(databaseUrl);
  if (found === null || found.pending === null) {
    yield warn(
      `database: nothing is in ${name} yet${found ? ` (${found.version})` : ''}`,
      'the first start makes the tables',
    );
  } else if (found.unknown.length > 0) {
    yield fail(
      `database: ${name} was written by a newer version (${found.unknown.join(', ')})`,
      'run that version, or name another database',
    );
  } else if (found.pending.length > 0) {
    yield warn(
      `database: ${name} (${found.version}) is of an older version; ${found.pending.length} steps are missing`,
      'the next start does them; back it up before',
    );
  } else yield ok(`database: ${name}, ${found.version}, of this version`);
  if (found?.clock) yield clockFinding('database', found.clock.ahead, found.clock.uncertainty);
}

function clockFinding(whose: string, ahead: number, uncertainty: number): Finding {
  const seconds = (Math.abs(ahead) / 1_000).toFixed(1);
  const what = `clock: that of the ${whose} is ${seconds} s ${ahead < 0 ? 'behind' : 'ahead of'} this host’s`;
  const certain = Math.abs(ahead) - uncertainty;
  const next = 'let both keep time by NTP';
  if (certain > clockLimit) return fail(what, next);
  return certain > clockWarning
    ? warn(what, next)
    : ok(`clock: that of the ${whose} agrees with this host’s`);
}

function* commandFindings({ scap, masks }: Configuration): Generator<Finding, void> {
  if (scap === null)
    yield warn(
      'scap: none is on PATH, so everything is simulated and nothing is deployed',
      'on a deployment host name it with --scap',
    );
  else yield ok(`scap: ${scap.join(' ')}`);
  if (masks === null)
    yield warn(
      'masks: none, so a secret that scap prints is stored and shown',
      'list known secrets in a file and name it with --masks',
    );
  else {
    const { mode } = statSync(masks.file);
    yield (mode & 0o077) === 0
      ? ok(`masks: ${masks.patterns.length} in ${masks.file}`)
      : fail(
          `masks: others may read ${masks.file} (mode ${octal(mode)}), and it holds secrets`,
          `chmod 0600 ${masks.file}`,
        );
  }
}

async function gerritFinding({ gerritUrl, scap }: Configuration): Promise<Finding> {
  if (gerritUrl === null && scap === null) return ok('Gerrit: simulated');
  const url = gerritUrl ?? 'https://gerrit.wikimedia.org/r/';
  try {
    await new Gerrit({ url, logger: pino({ level: 'silent' }), timeout: patience }).lookUp(['1']);
    return ok(`Gerrit: ${url} answers`);
  } catch (error) {
    if (!(error instanceof GerritUnavailable)) throw error;
    return fail(
      `Gerrit: ${url}: ${error.message}`,
      'see that this host reaches it; name another with --gerrit. Until then changes start unverified only',
    );
  }
}

async function portFinding({ host, port, allowedHosts, provider }: Configuration): Promise<Finding> {
  const at = `${hostInUrl(host)}:${port}`;
  const loopback = /^(localhost|127\.|::1$)/.test(host);
  const problem = await new Promise<string | null>((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(errorCode(error)));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
  if (problem === null) {
    return loopback || allowedHosts.length > 0 || provider !== null
      ? ok(`port: ${at} is free`)
      : warn(
          `port: ${at} is free, and open to the network without TLS or a name of its own`,
          'listen on 127.0.0.1 behind a proxy that speaks TLS, and name it in --allowed-hosts',
        );
  }
  if (problem !== 'EADDRINUSE')
    return fail(`port: ${at} cannot be listened on (${problem})`, 'name another with --port or --host');
  try {
    const response = await fetch(`http://${at}/healthz`, {
      redirect: 'error',
      signal: AbortSignal.timeout(patience),
    });
    const ours = (await response.text()) === 'ok\n' && response.headers.has('content-security-policy');
    if (ours) return ok(`port: our server answers at ${at}`);
  } catch {
    // What has the port speaks no HTTP.
  }
  return fail(`port: something else listens at ${at}`, 'end it, or name another with --port');
}

/** What the provider says of itself, as far as it is looked at. */
interface Discovered {
  readonly document: Record<string, unknown>;
  readonly date: string | null;
  /** When it was asked and when it had answered, in milliseconds since 1970. */
  readonly between: readonly [number, number];
}

async function askJson(url: string): Promise<Discovered> {
  const before = Date.now();
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  });
  const after = Date.now();
  if (response.status !== 200) throw new Error(`it answered with status ${response.status}`);
  const document: unknown = await response.json();
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new Error('what it answered is no JSON object');
  return { document: { ...document }, date: response.headers.get('date'), between: [before, after] };
}

async function providerFindings(configuration: Configuration, found: Inspection | null): Promise<Finding[]> {
  const { provider } = configuration;
  if (provider === null) return [ok('sign-in: with links of this host alone; no identity provider')];
  return [
    ...(await discoveryFindings(provider)),
    ok(`redirect URI, to be registered with the provider: ${provider.publicUrl}/sign-in/callback`),
    ok(`back-channel logout URI, likewise: ${provider.publicUrl}/sign-in/back-channel-logout`),
    secretFinding(provider),
    ok(`public URL: ${provider.publicUrl}, a name that the server answers to`),
    ...groupFindings(configuration, provider, found),
    configuration.secondFactor
      ? ok('second factor: asked for after a sign-in at the provider')
      : warn('second factor: off', 'set --second-factor on, unless the provider itself asks for one'),
  ];
}

async function discoveryFindings({ issuer }: ProviderConfiguration): Promise<Finding[]> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let answer: Discovered;
  try {
    answer = await askJson(url);
  } catch (error) {
    return [
      fail(
        `identity provider: ${url} cannot be read (${words(error)})`,
        'see that this host reaches it and trusts its certificate, and that --oidc-issuer is what the provider calls itself',
      ),
    ];
  }
  const { document, date, between } = answer;
  const findings: Finding[] = [];
  if (document['issuer'] !== issuer)
    findings.push(
      fail(
        `identity provider: it calls itself ${JSON.stringify(document['issuer'])}, and --oidc-issuer is “${issuer}”`,
        'set --oidc-issuer to exactly that, with or without the slash at its end',
      ),
    );
  const missing = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'].filter((name) => {
    const value = document[name];
    return !(typeof value === 'string' && URL.canParse(value) && isSafe(new URL(value)));
  });
  if (missing.length > 0)
    findings.push(
      fail(`identity provider: it says no https address as ${missing.join(', ')}`, 'mend its configuration'),
    );
  const methods = document['code_challenge_methods_supported'];
  if (!(Array.isArray(methods) && methods.includes('S256')))
    findings.push(
      warn(
        'identity provider: it does not say that it takes PKCE with S256',
        'see that it does: SpiderPig always sends it',
      ),
    );
  const jwks = document['jwks_uri'];
  if (missing.length === 0 && typeof jwks === 'string') {
    try {
      const { keys } = (await askJson(jwks)).document;
      if (!Array.isArray(keys) || keys.length === 0) throw new Error('there is no key in it');
    } catch (error) {
      findings.push(
        fail(
          `identity provider: its keys at ${jwks} cannot be read (${words(error)})`,
          'mend its configuration',
        ),
      );
    }
  }
  if (!findings.some(({ level }) => level === 'FAIL'))
    findings.unshift(ok(`identity provider: ${issuer} answers, with keys`));
  const theirs = date === null ? Number.NaN : Date.parse(date);
  // The header tells whole seconds: on the average half of one is cut off.
  const uncertainty = (between[1] - between[0]) / 2 + 500;
  findings.push(
    Number.isNaN(theirs)
      ? warn('clock: the identity provider does not tell its own', 'see that both hosts keep time by NTP')
      : clockFinding('identity provider', theirs + 500 - (between[0] + between[1]) / 2, uncertainty),
  );
  return findings;
}

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));

function secretFinding({ clientSecretFile: file }: ProviderConfiguration): Finding {
  if (file === null)
    return warn(
      'client secret: none, so this is a public client',
      'where the provider gives one, name its file with --oidc-client-secret-file',
    );
  try {
    const { mode } = statSync(file);
    if ((mode & 0o077) !== 0)
      return fail(`client secret: others may read ${file} (mode ${octal(mode)})`, `chmod 0600 ${file}`);
    if (readFileSync(file, 'utf8').trim() === '')
      return fail(`client secret: ${file} is empty`, 'write the secret into it');
    return ok(`client secret: in ${file}, for its owner alone`);
  } catch (error) {
    return fail(
      `client secret: ${file} cannot be read (${errorCode(error)})`,
      'make it readable for the user of the server alone',
    );
  }
}

function groupFindings(
  { roleGroups }: Configuration,
  { groupsClaim }: ProviderConfiguration,
  found: Inspection | null,
): Finding[] {
  const findings: Finding[] = [];
  const { viewer, deployer, admin } = roleGroups;
  const shown = (groups: readonly string[]): string => (groups.length === 0 ? 'nobody' : groups.join(', '));
  const all = `groups: viewers ${viewer.length === 0 ? 'everybody who signs in' : viewer.join(', ')}; deployers ${shown(deployer)}; admins ${shown(admin)}`;
  if (deployer.length + admin.length === 0)
    findings.push(
      warn(
        `${all}: nobody who signs in at the provider can deploy`,
        'name groups with --deployer-groups and --admin-groups',
      ),
    );
  else findings.push(ok(all));
  const last = found?.lastProviderSignIn ?? null;
  if (last === null)
    findings.push(
      warn(
        `groups claim: “${groupsClaim}” was not seen yet, since nobody has signed in at the provider`,
        'sign in once and run this again',
      ),
    );
  else if (last.groups.length === 0)
    findings.push(
      warn(
        `groups claim: the last sign-in (${last.user}) brought no group`,
        `see that the provider puts groups into the claim “${groupsClaim}” for this client, or name another with --oidc-groups-claim`,
      ),
    );
  else {
    const role = roleOfGroups(last.groups, roleGroups);
    const what = `groups claim: the last sign-in (${last.user}) brought ${last.groups.slice(0, 20).join(', ')}`;
    findings.push(
      role === null
        ? warn(
            `${what}, which give no role`,
            'compare them with --viewer-groups, --deployer-groups and --admin-groups: they must be equal',
          )
        : ok(`${what}: ${role}`),
    );
  }
  return findings;
}
