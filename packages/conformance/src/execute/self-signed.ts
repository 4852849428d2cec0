// A certificate that nobody knows, made for one handshake: a short DER writer and a key of its own. RFC 5280 4.1, X.690
import { generateKeyPairSync, sign } from 'node:crypto';

const bytes = (...parts: readonly (Uint8Array | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)));

/** Tag, length (below 65,536), contents. */
function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const body = bytes(...contents);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return bytes(tag, Uint8Array.from(length), body);
}

const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(0x30, ...parts);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const algorithms = {
  /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
  ec: sequence(der(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))),
  /** 1.2.840.113549.1.1.11, sha256WithRSAEncryption. */
  rsa: sequence(der(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b)), der(0x05)),
};

const newKeys = (kind: keyof typeof algorithms) =>
  kind === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface SelfSignedOptions {
  /** The moment in the middle of its two days, in milliseconds since 1970; default now. */
  readonly around?: number;
  /** Default `ec`. */
  readonly algorithm?: keyof typeof algorithms;
}
/** 2.5.4.3, common name. */
const named = (name: string): Uint8Array =>
  sequence(der(0x31, sequence(der(0x06, Uint8Array.of(0x55, 0x04, 0x03)), der(0x0c, text(name)))));
/** UTCTime. */
const time = (date: Date): Uint8Array =>
  der(0x17, text(`${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));

const day = 86_400_000;

/** A self-signed certificate, valid for two days around a moment, with its key, as PEM. */
export function selfSigned(
  commonName: string,
  { around = Date.now(), algorithm: kind = 'ec' }: SelfSignedOptions = {},
): { readonly certificate: string; readonly key: string } {
  const { privateKey, publicKey } = newKeys(kind);
  const algorithm = algorithms[kind];
  const name = named(commonName);
  const body = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    algorithm,
    name,
    sequence(time(new Date(around - day)), time(new Date(around + day))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', body, privateKey));
  const whole = Buffer.from(sequence(body, algorithm, signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
