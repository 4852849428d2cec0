// What TLS means in each direction, as options for Node: the profiles of PS3.15 Annex B. No socket here.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket, TlsOptions } from 'node:tls';
import type { AssociationInfo } from '../handlers.ts';
import { NetworkError } from '../network-error.ts';
import type { TlsClient, TlsProfile, TlsServer } from '../peer.ts';

/** The suites that must be there, and stronger ones. PS3.15 B.10. */
const nonDowngradingSuites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
];
/** For devices of the AES TLS profile, which BCP 195 tolerates. PS3.15 B.9. */
const olderSuites = ['ECDHE-RSA-AES256-SHA384', 'ECDHE-RSA-AES128-SHA256', 'DHE-RSA-AES128-SHA256', 'AES128-SHA'];

/** TLS 1.0 and 1.1 are refused in both: RFC 8996 has taken them out of BCP 195. */
const profiles: Readonly<Record<TlsProfile, { readonly ciphers: string }>> = {
  'BCP 195 non-downgrading': { ciphers: nonDowngradingSuites.join(':') },
  'BCP 195': { ciphers: [...nonDowngradingSuites, ...olderSuites].join(':') },
};

function profileOptions(profile: TlsProfile = 'BCP 195 non-downgrading') {
  const found = profiles[profile];
  // A configuration is text: an ISCL or other retired profile must not end in some default.
  if (found === undefined)
    throw new NetworkError('tls', `profile ${JSON.stringify(profile)} is not supported; retired profiles never are`);
  return { ...found, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
}

/** Throws NetworkError 'tls' for a certificate or key that cannot be used. */
export function serverOptions({
  profile,
  certificate,
  key,
  authorities,
  clientCertificates = 'required',
}: TlsServer): TlsOptions {
  checkPair(certificate, key);
  if (clientCertificates !== 'none' && !authorities?.length)
    throw new NetworkError('tls', 'authorities are needed to check the certificates of clients');
  return {
    ...profileOptions(profile),
    cert: certificate,
    key,
    dhparam: 'auto',
    honorCipherOrder: true,
    requestCert: clientCertificates !== 'none',
    rejectUnauthorized: clientCertificates === 'required',
    ...(authorities && { ca: [...authorities] }),
  };
}

export function clientOptions(host: string, tls: TlsClient): ConnectionOptions {
  const { profile, authorities, certificate, key, serverName, verify = true, checkName = true } = tls;
  if (certificate !== undefined && key !== undefined) checkPair(certificate, key);
  const name = serverName ?? (isIP(host) ? undefined : host);
  return {
    ...profileOptions(profile),
    rejectUnauthorized: verify,
    ...(name !== undefined && { servername: name }),
    ...(authorities && { ca: [...authorities] }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
    ...(!checkName && { checkServerIdentity: () => undefined }),
  };
}

function checkPair(certificate: string, key: string): void {
  try {
    if (key.trim() === '') throw new Error('the key is empty');
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key belongs to another certificate');
  } catch (cause) {
    throw new NetworkError(
      'tls',
      `the certificate or its key cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

export interface TlsFacts {
  readonly tls: NonNullable<AssociationInfo['tls']>;
  /** SHA-256 of the peer's certificate, hexadecimal without colons. */
  readonly certificate: string | undefined;
}

/** What was negotiated, and who the peer has shown itself to be. */
export function factsOf(socket: TLSSocket): TlsFacts {
  const peer: Partial<PeerCertificate> | null = socket.getPeerCertificate();
  const trusted = socket.authorized;
  return {
    tls: {
      protocol: socket.getProtocol() ?? '',
      cipher: socket.getCipher().standardName,
      peerName: trusted ? nameOf(peer?.subject?.CN) : undefined,
    },
    certificate: trusted ? peer?.fingerprint256?.replaceAll(':', '').toLowerCase() : undefined,
  };
}

const nameOf = (name: string | readonly string[] | undefined): string | undefined =>
  typeof name === 'string' ? name : name?.[0];

/** A failed handshake in words that say what to do. */
export function handshakeError(cause: Error): string {
  const code = 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'the other side does not speak TLS on this port';
  if (code === 'ERR_SSL_UNSUPPORTED_PROTOCOL') return 'the other side offers only TLS versions before 1.2';
  if (code === 'ERR_SSL_NO_SHARED_CIPHER') return 'the other side offers no cipher suite of the profile';
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return 'the other side shows no certificate';
  return code === '' ? cause.message : `${cause.message} (${code})`;
}
