// Owns random files that operators hand to commands: configuration files, and backups that are damaged or of something else.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { backUp } from '../../schema/model/backup/backup.ts';
import { restoreBackup } from '../../schema/model/backup/restore.ts';
import { DomainError } from '../../schema/model/error.ts';
import { parseConfigurationFile } from '../../schema/process/configuration/configuration-file.ts';
import { readConfiguration } from '../../schema/process/configuration/configuration-reader.ts';
import { optionNames, optionTable } from '../../schema/process/configuration/option.ts';
import { holdSecrets } from '../../schema/process/configuration/secret-file.ts';
import { ConfigurationError } from '../../schema/process/error.ts';
import type { Random } from '../crash/random.ts';
import { oddText } from './value.ts';
import type { Part } from './world.ts';

const values = [
  '1',
  '0',
  'on',
  'https://x.example/',
  'postgresql://u:p@h/d',
  'sqlite:x',
  'a,b;c',
  '/etc/passwd',
  '10.0.0.0/8',
];

/** One line of a configuration file, most of them assignments. */
function line(random: Random): string {
  const { variable } = optionTable[random.pick(optionNames)];
  const value = random.chance(0.5) ? random.pick(values) : oddText(random);
  const name = random.chance(0.9) ? variable : oddText(random);
  return `${random.pick(['', 'export ', ' ', '# '])}${name}${random.pick(['=', ' = ', ''])}${random.pick(['', '"', "'", '`'])}${value}${random.pick(['', '"', '\\', '\r'])}`;
}

export const configurationPart: Part = {
  name: 'configuration files',
  async send(_world, random) {
    // Nothing here waits, and the server of the run shares the thread.
    await nextTurn();
    const text = Array.from({ length: random.integer(0, 8) }, () => line(random)).join('\n');
    try {
      const file = parseConfigurationFile('/x', text);
      holdSecrets(file.variables);
      readConfiguration({ options: {}, environment: { HOME: '/nowhere' }, file, root: '/nowhere' });
      return { sent: text, answer: '200' };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return { sent: text, answer: `refused: ${error.message}` };
    }
  },
};

/** A backup in which bytes are changed, parts are missing, or that is something else. */
function damaged(random: Random, whole: Buffer): Buffer {
  const bytes = Buffer.from(whole);
  switch (random.integer(0, 3)) {
    case 0:
      return bytes.subarray(0, random.integer(0, bytes.length));
    case 1:
      return Buffer.from(oddText(random).repeat(100));
    case 2:
      bytes.fill(0, random.integer(0, bytes.length - 1));
      return bytes;
    default:
      for (let count = random.integer(1, 50); count > 0; count--)
        bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
      return bytes;
  }
}

let backup: { readonly of: object; readonly bytes: Buffer } | null = null;

export const backupPart: Part = {
  name: 'damaged backups',
  isSlow: true,
  async send(world, random) {
    const { directory, server } = world;
    if (backup?.of !== world) {
      const file = join(directory, 'backup');
      await backUp(server.db.url, file);
      backup = { of: world, bytes: readFileSync(file) };
    }
    const file = join(directory, 'damaged');
    const bytes = damaged(random, backup.bytes);
    writeFileSync(file, bytes, { mode: 0o600 });
    const sent = `${bytes.length} bytes`;
    try {
      const restored = await restoreBackup(`sqlite:${join(directory, 'restored.sqlite')}`, file, {
        data: directory,
      });
      return { sent, answer: `200 ${restored.jobs} jobs` };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { sent, answer: `refused: ${error.message}` };
    }
  },
};
