import { mkdirSync, mkdtempDisposableSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Refused } from '../session.ts';
import { checkStore, readToken, storedToken, storeToken, tokenFile } from './token.ts';

const url = 'http://127.0.0.1:8888';

it('a token is stored in a private file, and forgotten', () => {
  using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-token-'));
  const env = { HOME: home.path };
  checkStore(env);
  expect(storeToken(url, 'a', env)).toBe(false);
  expect(statSync(tokenFile(env)).mode & 0o777).toBe(0o600);
  expect(readToken(`${url}/`, env)).toBe('a');
  expect(storeToken(url, null, env)).toBe(true);
  expect(storedToken(url, env)).toBeNull();
});

it('the directory of tokens is below the home unless XDG_CONFIG_HOME is an absolute path', () => {
  expect(tokenFile({ HOME: '/h', XDG_CONFIG_HOME: '/c' })).toBe('/c/spiderpig/tokens.json');
  expect(tokenFile({ HOME: '/h', XDG_CONFIG_HOME: 'c' })).toBe('/h/.config/spiderpig/tokens.json');
});

it('a file of tokens that cannot be read is named, with its error', () => {
  using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-token-'));
  const env = { HOME: home.path };
  mkdirSync(tokenFile(env), { recursive: true, mode: 0o700 });
  for (const act of [() => readToken(url, env), () => storedToken(url, env), () => checkStore(env)]) {
    expect(act).toThrow(Refused);
    expect(act).toThrow(/tokens\.json (?:cannot be read \(EISDIR\)|can be read by other users)/);
  }
});

it('a directory that cannot be written is named before a token is created', () => {
  using home = mkdtempDisposableSync(join(tmpdir(), 'spiderpig-token-'));
  writeFileSync(join(home.path, '.config'), '');
  const env = { HOME: home.path };
  for (const act of [() => checkStore(env), () => storeToken(url, 'a', env)]) {
    expect(act).toThrow(Refused);
    expect(act).toThrow(/tokens\.json cannot be (?:read|written) \(E\w+\)/);
  }
});
