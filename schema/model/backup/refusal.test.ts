// Tests the words for files that cannot be read or written.
import { expect, test } from 'vitest';
import { BackupRefused, fileProblem } from './refusal.ts';

const failed = (code: string, path?: string): Error => Object.assign(new Error(code), { code, path });

test('a problem of a file is refused with the directory and what was not done', () => {
  const backup = { reading: null, writing: '/srv/backup' };
  expect(fileProblem(failed('ENOSPC'), backup)).toEqual(
    new BackupRefused('There is not enough free space in /srv/backup. No backup was made.'),
  );
  expect(fileProblem(failed('EACCES'), backup)).toEqual(
    new BackupRefused('This user may not write to /srv/backup. No backup was made.'),
  );
  const restore = { reading: '/srv/b', writing: '/data' };
  // Node names the source of a copy also when the target has no space.
  expect(fileProblem(failed('ENOSPC', '/srv/b'), restore)).toEqual(
    new BackupRefused('There is not enough free space in /data. Nothing was changed.'),
  );
  expect(fileProblem(failed('EACCES', '/srv/b'), restore)).toEqual(
    new BackupRefused('/srv/b cannot be read (EACCES). Nothing was changed.'),
  );
  expect(fileProblem(failed('EROFS', '/data/x'), restore)).toEqual(
    new BackupRefused('The directory /data is read-only. Nothing was changed.'),
  );
});

test('an error that no file caused stays as it is', () => {
  const place = { reading: null, writing: '/srv/backup' };
  for (const error of [failed('28P01'), new Error('a defect')]) expect(fileProblem(error, place)).toBe(error);
});
