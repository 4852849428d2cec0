// CMS envelopes for who holds an RSA key: RFC 5652 6, key transport of RFC 3370 4.2.1, AES of RFC 3565. Asked for by PS3.15 E.1.1 step 4.
import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { CliError } from '../cli-error.ts';
import { type Der, der, inside, oid, tags, valuesIn } from './der.ts';

const enveloped = oid('1.2.840.113549.1.7.3');
const data = oid('1.2.840.113549.1.7.1');
const rsa = oid('1.2.840.113549.1.1.1');
const aes256Cbc = oid('2.16.840.1.101.3.4.1.42');
/** Ciphers that are understood, by their identifiers. */
const ciphers = new Map(
  [
    ['2.16.840.1.101.3.4.1.2', 'aes-128-cbc'],
    ['2.16.840.1.101.3.4.1.22', 'aes-192-cbc'],
    ['2.16.840.1.101.3.4.1.42', 'aes-256-cbc'],
    ['1.2.840.113549.3.7', 'des-ede3-cbc'],
  ].map(([id = '', name = '']) => [oid(id).toString('hex'), name]),
);
const zero = der(tags.integer, Uint8Array.of(0));
const padding = constants.RSA_PKCS1_PADDING;

/** A certificate of an RSA key. @throws CliError `usage` for any other */
export function recipientFrom(pem: string, name: string): X509Certificate {
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.publicKey.asymmetricKeyType === 'rsa') return certificate;
  } catch (error) {
    throw new CliError('usage', `${name}: not a certificate (X.509, PEM)`, { cause: error });
  }
  throw new CliError('usage', `${name}: the certificate is not of an RSA key, as PS3.15 E.1.1 asks for`);
}

/** Issuer and serial number, as they stand in the certificate. RFC 5280 4.1 */
function issuerAndSerial(certificate: X509Certificate): Buffer {
  const [whole] = valuesIn(certificate.raw);
  const [body] = inside(whole, tags.sequence);
  const fields = inside(body, tags.sequence).filter(({ tag }) => tag !== 0xa0);
  const [serial, , issuer] = fields;
  if (!serial || !issuer) throw new CliError('usage', 'a certificate without issuer');
  return der(tags.sequence, issuer.whole, serial.whole);
}

/** Encrypts for the holder of a certificate's key. */
export function seal(plain: Uint8Array, certificate: X509Certificate): Buffer {
  const [key, iv] = [randomBytes(32), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const content = Buffer.concat([cipher.update(plain), cipher.final()]);
  const wrapped = publicEncrypt({ key: certificate.publicKey, padding }, key);
  const recipient = der(
    tags.sequence,
    zero,
    issuerAndSerial(certificate),
    der(tags.sequence, rsa, der(tags.null)),
    der(tags.octets, wrapped),
  );
  const encrypted = der(tags.sequence, data, der(tags.sequence, aes256Cbc, der(tags.octets, iv)), der(0x80, content));
  const body = der(tags.sequence, zero, der(tags.set, recipient), encrypted);
  return der(tags.sequence, enveloped, der(0xa0, body));
}

/**
 * Decrypts with a private key.
 * @throws CliError where it is no envelope, or not for this key
 */
export function unseal(envelope: Uint8Array, key: KeyObject): Buffer {
  const [whole] = valuesIn(withoutPadding(Buffer.from(envelope)));
  const [type, wrapper] = inside(whole, tags.sequence);
  if (!type?.whole.equals(enveloped)) throw new CliError('failed', 'not a CMS envelope');
  const [body] = inside(wrapper, 0xa0);
  const fields = inside(body, tags.sequence);
  const recipients = inside(
    fields.find(({ tag }) => tag === tags.set),
    tags.set,
  );
  const [, algorithm, content] = inside(
    fields.findLast(({ tag }) => tag === tags.sequence),
    tags.sequence,
  );
  const [id, iv] = inside(algorithm, tags.sequence);
  const cipher = ciphers.get(id?.whole.toString('hex') ?? '');
  if (!cipher || !iv || !content) throw new CliError('failed', 'an envelope of another cipher than AES or Triple-DES');
  for (const recipient of recipients) {
    const plain = opened(recipient, key, cipher, iv.content, content.content);
    if (plain) return plain;
  }
  throw new CliError('failed', 'the key opens none of the encrypted attributes');
}

function opened(recipient: Der, key: KeyObject, cipher: string, iv: Buffer, content: Buffer): Buffer | undefined {
  const wrapped = inside(recipient, tags.sequence).at(-1);
  if (!wrapped) return undefined;
  try {
    const decipher = createDecipheriv(cipher, privateDecrypt({ key, padding }, wrapped.content), iv);
    return Buffer.concat([decipher.update(content), decipher.final()]);
  } catch {
    return undefined; // for somebody else
  }
}

/** Encrypted Content (0400,0520) of odd length has a byte of padding behind the envelope. */
function withoutPadding(bytes: Buffer): Buffer {
  const [, first = 0] = bytes;
  const digits = first < 0x80 ? 0 : first & 0x7f;
  const length =
    2 + digits + (digits === 0 ? first : digits <= 4 && bytes.length >= 6 ? bytes.readUIntBE(2, digits) : 0);
  return bytes.subarray(0, Math.max(length, bytes.length - 1));
}
