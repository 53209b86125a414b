// Tests that each command of the deployment host that changes something has exactly one entry in the audit log.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { commands } from '../../bin/command.ts';
import { AuditEntry } from '../../schema/model/account/audit.ts';
import { User } from '../../schema/model/account/user.ts';
import { openDatabase } from '../../schema/model/open.ts';
import type { Database } from '../../schema/model/store/database.ts';
import { makeDatabase } from '../support/database.ts';
import { queuedJob, startNextJob } from '../support/test-server.ts';

let directory = '';
let db: Database;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spiderpig-audit-'));
  const { url } = await makeDatabase('sqlite', directory);
  vi.stubEnv('SPIDERPIG_DATABASE_URL', url);
  vi.stubEnv('SPIDERPIG_DATA', directory);
  vi.stubEnv('SUDO_USER', 'ada');
  // What the commands print is not tested here.
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true);
  db = await openDatabase(url);
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await db[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** Prepares each command, and returns its arguments and the actions that it must record. */
const effects: Record<string, () => Promise<[args: string[], actions: string[]]>> = {
  login: async () => [['--user', 'grace', '--role', 'viewer'], ['link made']],
  otp: async () => [['--user', 'grace'], ['second factor changed']],
  token: async () => [['create', '--name', 'bot', '--scope', 'read', '--user', 'grace'], ['token made']],
  rebind: async () => {
    const bound = { providerIssuer: 'https://idp.example', providerSubject: 'sub-1' };
    await db.em().nativeUpdate(User, { name: 'grace' }, bound);
    return [['--user', 'grace'], ['rebind']];
  },
  hold: async () => [['a reason'], ['hold']],
  release: async () => [[], ['release']],
  lose: async () => {
    await queuedJob(db);
    return [[String(await startNextJob(db))], ['lose']];
  },
  backup: async () => [[join(directory, 'backup')], ['backup']],
};

/** Commands without an effect that a person causes, or with one that another test knows. */
const others: Readonly<Record<string, string>> = {
  up: 'its sign-in link is one of `login`',
  server: 'runs a process',
  jobrunner: 'runs a process',
  restore: 'replaces the audit log; the hold that follows is recorded: tests/backup',
  doctor: 'changes nothing',
  ping: 'changes nothing',
  config: 'changes nothing',
  completion: 'changes nothing',
  manual: 'changes nothing',
  version: 'changes nothing',
  help: 'changes nothing',
};

test('every command of the host is listed here', () => {
  const names = commands.filter(({ on }) => on === 'host').map(({ name }) => name);
  expect(names.filter((name) => !(name in effects) && !(name in others))).toEqual([]);
  expect(Object.keys(effects).filter((name) => !names.includes(name))).toEqual([]);
});

test.each(Object.keys(effects))('spiderpig %s has exactly one row in the audit log', async (name) => {
  const [args, actions] = (await effects[name]?.()) ?? [[], []];
  const last = await db.em().count(AuditEntry);
  await commands.find((each) => each.name === name)?.run(args);
  const rows = await db.em().find(AuditEntry, {}, { orderBy: { id: 'asc' }, offset: last, limit: 100 });
  expect(rows.map(({ action, channel }) => [action, channel])).toEqual(actions.map((each) => [each, 'host']));
});
