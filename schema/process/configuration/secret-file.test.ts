import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfiguration } from './configuration-reader.ts';
import {
  ExposedSecret,
  exposureOf,
  holdSecrets,
  openToChanges,
  readSecretFile,
  refuseExposedSecrets,
} from './secret-file.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-secret-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** A file of this user with this mode. */
function file(name: string, mode: number, content = 'hunter2\n'): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe('exposureOf', () => {
  const [service, root, other] = [998, 0, 1000];
  it.each([
    [service, 0o600, null],
    [service, 0o400, null],
    [service, 0o640, 'other users can read it (mode 0640)'],
    [service, 0o604, 'other users can read it (mode 0604)'],
    [service, 0o620, 'other users can change it (mode 0620)'],
    [service, 0o601, 'other users can read it (mode 0601)'],
    [root, 0o600, null],
    [root, 0o640, null],
    [root, 0o440, null],
    [root, 0o644, 'other users can read it (mode 0644)'],
    [root, 0o660, 'other users can change it (mode 0660)'],
    [other, 0o600, 'it belongs to another user (uid 1000)'],
  ])('S4 a secret of uid %i with mode %o, read by uid 998: %j', (uid, mode, who) => {
    expect(exposureOf('/x', { uid, mode: 0o100000 | mode }, service)?.who ?? null).toBe(who);
  });

  it('S4 a configuration file without secrets may be read by all, but only its owner and group may change it', () => {
    expect(openToChanges('/x', { uid: service, mode: 0o664 }, service)).toBeNull();
    expect(openToChanges('/x', { uid: service, mode: 0o646 }, service)?.who).toContain(
      'every user can change',
    );
    expect(openToChanges('/x', { uid: other, mode: 0o600 }, service)?.who).toContain('another user');
  });
});

it.each([
  [{ SPIDERPIG_PORT: '1', SPIDERPIG_DATABASE_URL: 'postgresql://u@h/d' }, false],
  [
    { SPIDERPIG_OIDC_CLIENT_SECRET_FILE: '/etc/x', SPIDERPIG_CONDUIT_TOKEN_FILE: '/etc/y', PGPASSFILE: '/z' },
    false,
  ],
  [{ SPIDERPIG_DATABASE_URL: 'postgresql://u:p@h/d' }, true],
  [{ SPIDERPIG_DATABASE_URL: 'postgresql://h/d?password=p' }, true],
  [{ https_proxy: 'http://u:p@proxy:3128' }, true],
  [{ PGPASSWORD: 'p' }, true],
  [{ PGPASSWORD: '' }, false],
  [{ OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=x' }, true],
  [{ SPIDERPIG_TOKEN: 'x' }, true],
])('S4 whether the variables %j hold a secret: %j', (variables, expected) => {
  expect(holdSecrets(variables)).toBe(expected);
});

describe('refuseExposedSecrets', () => {
  const read = (options: Record<string, string>) =>
    readConfiguration({ options, environment: { HOME: '/home/x' }, root: '/nowhere' });

  it('S4 the check of secret files refuses each file with secrets that others can read, in one error, and accepts them with mode 0600', () => {
    const options = {
      'oidc-issuer': 'https://idp.example',
      'oidc-client-id': 'spiderpig',
      'public-url': 'https://spiderpig.example',
      'oidc-client-secret-file': file('oidc', 0o644),
      'logstash-url': 'https://logstash.example',
      'logstash-credentials-file': file('logstash', 0o606, 'scap:hunter2\n'),
      'conduit-token-file': file('conduit', 0o604),
      masks: file('masks', 0o644),
    };
    const config = file('spiderpig.env', 0o644);
    const named = { path: config, variables: { PGPASSWORD: 'hunter2' }, mistakes: [] };
    let message = '';
    try {
      refuseExposedSecrets(read(options), named);
    } catch (error) {
      message = String(error);
    }
    for (const option of [
      '--config',
      '--oidc-client-secret-file',
      '--logstash-credentials-file',
      '--conduit-token-file',
      '--masks',
    ])
      expect(message).toContain(`${option}: ${directory}/`);
    expect(message).not.toContain('hunter2');
    for (const name of ['oidc', 'logstash', 'conduit', 'masks', 'spiderpig.env'])
      chmodSync(join(directory, name), 0o600);
    expect(() => refuseExposedSecrets(read(options), named)).not.toThrow();
  });

  it('S4 the check of secret files leaves a missing file to what reads it', () => {
    expect(() => refuseExposedSecrets(read({ 'conduit-token-file': '/nowhere' }), null)).not.toThrow();
  });
});

it('S4 a secret file is judged each time it is read, since its mode can change', () => {
  const path = file('later', 0o600);
  expect(readSecretFile(path)).toBe('hunter2\n');
  chmodSync(path, 0o644);
  expect(() => readSecretFile(path)).toThrow(ExposedSecret);
});
