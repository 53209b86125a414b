// Owns a stand-in for an Android phone that proves its model by certificates (attestation), with an address of its choice in them.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { PasskeySite } from '../../../schema/model/account/second-factor/passkey.ts';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();
const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');

/** A value in DER (ASN.1): its tag, then the values in it. */
function der(tag: number, ...parts: readonly (Buffer | readonly number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = body;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const oid = (digits: string): Buffer => der(6, hex(digits));
const name = (text: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

/** A certificate of X.509 for a key, signed by another. */
function certificate(
  of: { readonly name: string; readonly key: KeyObject },
  by: { readonly name: string; readonly key: KeyObject },
  extensions: readonly Buffer[],
): Buffer {
  const validity = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('450101000000Z')));
  const content = sequence(
    der(0xa0, der(2, [2])),
    der(2, [1]),
    ecdsaWithSha256,
    name(by.name),
    validity,
    name(of.name),
    of.key.export({ type: 'spki', format: 'der' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
  );
  return sequence(content, ecdsaWithSha256, der(3, [0], sign('sha256', content, by.key)));
}

/** The extensions with which Android describes a key, and with which a certificate names its revocation list. */
const keyDescription = (clientData: Buffer): Buffer =>
  sequence(
    oid('2b06010401d679020111'),
    der(
      4,
      sequence(
        ...[der(2, [3]), der(0x0a, [1]), der(2, [4]), der(0x0a, [1])],
        ...[der(4, sha256(clientData)), der(4), sequence(), sequence()],
      ),
    ),
  );
const revocationList = (url: string): Buffer =>
  sequence(oid('551d1f'), der(4, sequence(sequence(der(0xa0, der(0xa0, der(0x86, Buffer.from(url))))))));

/** Bytes and text in CBOR. */
const bytes = (value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x59, value.length >> 8, value.length & 255]), value]);
const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);

/** The answer of a browser that has created a passkey on such a phone. @param url where its certificate says that the revocation list is */
export function androidPasskey(site: PasskeySite, challenge: string, url: string): RegistrationResponseJSON {
  const [root, leaf] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  if (root === undefined || leaf === undefined) throw new Error('there are no keys');
  const clientData = Buffer.from(JSON.stringify({ type: 'webauthn.create', challenge, origin: site.origin }));
  const { x = '', y = '' } = leaf.publicKey.export({ format: 'jwk' });
  const [left, right] = [x, y].map((part) => Buffer.from(part, 'base64url').toString('hex'));
  const id = randomBytes(16);
  const data = Buffer.concat([
    ...[sha256(site.host), hex('4100000000'), Buffer.alloc(16), Buffer.from([0, id.length]), id],
    hex(`a5010203262001215820${left}225820${right}`),
  ]);
  const self = { name: 'root', key: root.publicKey };
  const by = { name: 'root', key: root.privateKey };
  const of = { name: 'leaf', key: leaf.publicKey };
  const chain = [
    certificate(of, by, [keyDescription(clientData), revocationList(url)]),
    certificate(self, by, []),
  ];
  const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), leaf.privateKey);
  const statement = Buffer.concat([
    ...[hex('a3'), text('alg'), hex('26'), text('sig'), bytes(signature)],
    ...[text('x5c'), hex('82'), ...chain.map(bytes)],
  ]);
  const attestation = Buffer.concat([
    ...[hex('a3'), text('fmt'), text('android-key'), text('attStmt'), statement],
    ...[text('authData'), bytes(data)],
  ]);
  return {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: clientData.toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    },
  };
}
