import { expect, test } from 'vitest';
import { addressFilter } from './address.ts';

test('S3 loopback, link-local, private and reserved addresses are not permitted, in any form', () => {
  const isPermitted = addressFilter([]);
  const special = [
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '3fff::1',
    '5f00::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
    'fe80::1',
    'fe80::1%eth0',
    'ff02::1',
    'localhost',
    '',
  ];
  expect(special.filter(isPermitted)).toEqual([]);
});

test('public addresses are permitted, and private networks that are configured', () => {
  expect(['8.8.8.8', '172.32.0.1', '2620:0:861:1::1', '::ffff:8.8.8.8'].every(addressFilter([]))).toBe(true);
  const isPermitted = addressFilter(['10.0.0.0/8', 'fd00::/8']);
  expect(['10.1.1.1', '::ffff:10.1.1.1', 'fd12::1'].every(isPermitted)).toBe(true);
  expect(['127.0.0.1', '192.168.1.1', '::1'].filter(isPermitted)).toEqual([]);
});
