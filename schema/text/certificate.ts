// Owns what is said of a TLS certificate that is not accepted: why, and what to do. Not where it is said.

/** The section of the documentation, as messages name it. */
const documentation = 'docs/operations.md#certificates';

const isCertificateProblem = (code: string): boolean =>
  /^(?:CERT_|DEPTH_ZERO_|ERR_TLS_CERT_|SELF_SIGNED_|UNABLE_TO_|INVALID_CA$|HOSTNAME_MISMATCH$)/.test(code);

/** What to do about a certificate that is not accepted; null for all other codes. Pure. */
export const certificateRemedy = (code: string): string | null =>
  isCertificateProblem(code) ? remedyOf(code) : null;

/**
 * The clause about a service whose certificate is not accepted, with what to do; null for all other codes of errors. Pure.
 * @param code of an error of TLS in Node, such as `SELF_SIGNED_CERT_IN_CHAIN`
 */
export function certificateProblem(code: string): string | null {
  const remedy = certificateRemedy(code);
  return remedy === null ? null : `its certificate is not accepted (${code}): ${remedy}`;
}

function remedyOf(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'it has expired, so it must be renewed';
  if (code === 'CERT_NOT_YET_VALID') return 'it is not valid yet. Check the clock of this host';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return 'it is for another name. Use the name in the certificate';
  return `if you trust its authority, name the file with the certificate of the authority in NODE_EXTRA_CA_CERTS, see ${documentation}`;
}
