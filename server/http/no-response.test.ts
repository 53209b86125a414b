// Tests why a request to another service got no response.
import { expect, test } from 'vitest';
import { whyNoResponse } from './no-response.ts';

const failed = (code: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });

test('a certificate that is not accepted is the reason of a request without a response, and is not tried again', () => {
  const { why, isTemporary } = whyNoResponse(failed('SELF_SIGNED_CERT_IN_CHAIN'), 1_000);
  expect(why).toContain('its certificate is not accepted (SELF_SIGNED_CERT_IN_CHAIN)');
  expect(isTemporary).toBe(false);
});

test('a refused connection is tried again', () => {
  expect(whyNoResponse(failed('ECONNREFUSED'), 1_000)).toEqual({
    why: 'the connection was refused',
    isTemporary: true,
  });
});
