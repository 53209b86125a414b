// Owns the world of a fuzzer: a server with an identity provider and a Gerrit that answer what the fuzzer wants, all in this process.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Random } from '../crash/random.ts';
import { freePort } from '../support/network/port.ts';
import {
  type IdentityProvider,
  openIdentityProvider,
  type Person,
} from '../support/sign-in/identity-provider.ts';
import { append, type Browser, openServer, runningJob, type TestServer } from '../support/test-server.ts';

/** How long an answer is waited for, in milliseconds. */
export const answerLimit = 30_000;

/** What Gerrit answers next. */
export interface GerritAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The world. Job 1 is running and has a log of 2,000 lines. */
export interface FuzzWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly idp: IdentityProvider;
  /** The accounts at the provider, by `sub`. */
  readonly people: Map<string, Person>;
  /** A token that may deploy. */
  readonly token: string;
  /** A browser that is signed in. */
  readonly browser: Browser;
  /** The URL of the server that answers as `gerrit` says, with a slash at its end. */
  readonly serviceUrl: string;
  /** A directory for files of this run. */
  readonly directory: string;
  /** A file with a secret, which only this user can read. */
  readonly secretFile: string;
  /** Called for each request to Gerrit. */
  gerrit: () => GerritAnswer;
}

/** One kind of random input: sends one, and returns what was sent and what came back. */
export interface Part {
  readonly name: string;
  /** Whether a round takes so long that a short run has fewer of them. */
  readonly isSlow?: true;
  send(world: FuzzWorld, random: Random): Promise<{ readonly sent: string; readonly answer: string }>;
  /** Which checks the input has reached so far, where the part knows that. */
  reached?(world: FuzzWorld): readonly string[];
}

export async function openFuzzWorld(): Promise<FuzzWorld> {
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const people = new Map<string, Person>();
  const idp = await openIdentityProvider({ publicUrl, people, claimsInToken: true });
  const { issuer, clientId } = idp;
  const gerrit = createServer((_request, response) => {
    const { status, headers, body } = world.gerrit();
    response.on('error', () => {});
    response.writeHead(status, headers).end(body);
  });
  gerrit.listen(0, '127.0.0.1');
  await once(gerrit, 'listening');
  const address = gerrit.address();
  if (typeof address !== 'object' || address === null) throw new Error('the simulated Gerrit has no port');
  const serviceUrl = `http://127.0.0.1:${address.port}/`;
  const directory = mkdtempSync(join(tmpdir(), 'spiderpig-fuzz-'));
  const secretFile = join(directory, 'secret');
  writeFileSync(secretFile, 'api-secret\n', { mode: 0o600 });
  const server = await openServer({
    gerritUrl: serviceUrl,
    configuration: {
      port,
      secondFactor: false,
      publicUrl,
      provider: {
        issuer,
        clientId,
        clientSecretFile: null,
        userClaim: null,
        groupsClaim: 'groups',
      },
    },
  });
  const job = await runningJob(server.db);
  const lines = Array.from({ length: 2_000 }, (_, n) => `line ${n} \u001b[31mred\u001b[0m`);
  await append(server.db, job, 0, lines);
  const world: FuzzWorld = {
    server,
    idp,
    people,
    token: await server.token('deploy'),
    browser: await server.signIn('deployer'),
    serviceUrl,
    directory,
    secretFile,
    gerrit: () => ({ status: 200, headers: {}, body: ")]}'\n[]" }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await idp[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
      gerrit.closeAllConnections();
      await new Promise((resolve) => gerrit.close(resolve));
    },
  };
  return world;
}

/** Sends an operation with the token and returns `STATUS BODY`. */
export async function ask(
  { server, token }: FuzzWorld,
  operation: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const send = () =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(operation),
      signal: AbortSignal.timeout(answerLimit),
    });
  // The server closes a connection whose body is too large, which can overtake the answer.
  const response = await send().catch(send);
  return `${response.status} ${await response.text()}`;
}
