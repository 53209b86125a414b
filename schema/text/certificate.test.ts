// Tests what is said of certificates that are not accepted.
import { expect, test } from 'vitest';
import { certificateProblem } from './certificate.ts';

test.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])('the problem of an unknown authority (%s) names the variable that adds it', (code) => {
  expect(certificateProblem(code)).toContain(`its certificate is not accepted (${code})`);
  expect(certificateProblem(code)).toContain('NODE_EXTRA_CA_CERTS');
});

test.each([
  ['CERT_HAS_EXPIRED', 'renewed'],
  ['CERT_NOT_YET_VALID', 'clock'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
])('the problem %s of a certificate names what to do, and not another authority', (code, remedy) => {
  expect(certificateProblem(code)).toContain(remedy);
  expect(certificateProblem(code)).not.toContain('NODE_EXTRA_CA_CERTS');
});

test.each(['ECONNREFUSED', '', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  'the code “%s” is not a problem of a certificate',
  (code) => {
    expect(certificateProblem(code)).toBeNull();
  },
);
