// Tests why a request failed, as the client package and the terminal client say it.
import { expect, test } from 'vitest';
import { reasonOf, wasNotHandled } from './error.ts';

const failed = (cause: unknown): TypeError => new TypeError('fetch failed', { cause });

test.each([
  [
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    ': its certificate is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT): if you trust its authority, name the file with the certificate of the authority in NODE_EXTRA_CA_CERTS, see docs/operations.md#certificates',
  ],
  [
    { code: 'CERT_HAS_EXPIRED' },
    ': its certificate is not accepted (CERT_HAS_EXPIRED): it has expired, so it must be renewed',
  ],
  [
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    ': its certificate is not accepted (ERR_TLS_CERT_ALTNAME_INVALID): it is for another name. Use the name in the certificate',
  ],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, ': it does not use TLS'],
  [{ code: 'ENOTFOUND' }, ': its host was not found'],
  [{ code: 'EACCES' }, ': you may not connect to it'],
  [new Error('unexpected redirect'), ': it redirects, which is not followed'],
  [{ code: 'ECONNREFUSED' }, ''],
])('the reason of a failed request with %j is named', (cause, reason) => {
  expect(reasonOf(failed(cause))).toBe(reason);
  // A mutation is not repeated then, since a retry would fail too.
  expect(wasNotHandled(failed(cause))).toBe(true);
});

test('a request whose connection was lost may have been handled', () => {
  expect(wasNotHandled(failed({ code: 'ECONNRESET' }))).toBe(false);
  expect(wasNotHandled(new TypeError('Failed to fetch'))).toBe(false);
});

test('a failed request of a browser has no reason', () => {
  expect(reasonOf(new TypeError('Failed to fetch'))).toBe('');
  expect(reasonOf(null)).toBe('');
});
