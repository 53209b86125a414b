// Owns a stand-in for a security key: it creates a passkey and signs challenges, as a browser passes them on.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { PasskeySite } from '../../../schema/model/account/second-factor/passkey.ts';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** A security key with one passkey. Its counter increases with each signature. */
export class SecurityKey {
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #id = randomBytes(16);
  readonly #site: PasskeySite;
  /** The signature counter. */
  counter = 0;

  constructor(site: PasskeySite) {
    this.#site = site;
  }

  /** The answer of a browser that has created the passkey. @param algorithm what it says about its key: the COSE number in CBOR, hexadecimal; by default ES256 */
  create(challenge: string, algorithm = '26'): RegistrationResponseJSON {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const hex = (base64: string): string => Buffer.from(base64, 'base64url').toString('hex');
    // In COSE: the type of the key, its algorithm, curve and coordinates.
    const key = Buffer.from(`a5010203${algorithm}2001215820${hex(x)}225820${hex(y)}`, 'hex');
    const length = Buffer.from([0, this.#id.length]);
    const data = Buffer.concat([this.#data(0x41), Buffer.alloc(16), length, this.#id, key]);
    const head = `a363${text('fmt')}64${text('none')}67${text('attStmt')}a068${text('authData')}58`;
    const attestation = Buffer.concat([Buffer.from(head, 'hex'), Buffer.from([data.length]), data]);
    const response = {
      clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
    };
    return { ...this.#credential(), response };
  }

  /** The answer of a browser in which the passkey was used. */
  use(challenge: string): AuthenticationResponseJSON {
    this.counter++;
    const data = this.#data(0x01);
    const clientData = this.#clientData('webauthn.get', challenge);
    const signature = sign('sha256', Buffer.concat([data, sha256(clientData)]), this.#keys.privateKey);
    const response = {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    };
    return { ...this.#credential(), response };
  }

  #credential() {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {} } as const;
  }

  #data(flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(this.#site.host), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#site.origin }));
  }
}

const text = (words: string): string => Buffer.from(words).toString('hex');
