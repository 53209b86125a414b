// Tests the words for files that cannot be read or written.
import { expect, test } from 'vitest';
import { BackupRefused, fileProblem } from './refusal.ts';

const failed = (code: string, path?: string): Error =>
  Object.assign(new Error(code), { code, ...(path === undefined ? {} : { path }) });

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

test('a file system without hard links, and any other error of a file, are refused with the call that failed', () => {
  const backup = { reading: null, writing: '/srv/backup' };
  const call = (syscall: string, code: string) => Object.assign(failed(code, '/srv/backup/x'), { syscall });
  expect(fileProblem(call('link', 'EPERM'), backup)).toEqual(
    new BackupRefused(
      'The file system of /srv/backup has no hard links or no permissions of files (link: EPERM). No backup was made.',
    ),
  );
  expect(fileProblem(call('link', 'ENAMETOOLONG'), backup)).toEqual(
    new BackupRefused('/srv/backup cannot be written (link: ENAMETOOLONG). No backup was made.'),
  );
});

test('an error that no file caused stays as it is', () => {
  const place = { reading: null, writing: '/srv/backup' };
  // As when PostgreSQL is not running, and its socket does not exist.
  const noSocket = Object.assign(failed('ENOENT'), { syscall: 'connect' });
  for (const error of [failed('28P01'), noSocket, new Error('a defect')])
    expect(fileProblem(error, place)).toBe(error);
});
