// A small authority for tests: made by openssl in a temporary folder, gone with `using`.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './programs.ts';

export interface Credentials {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface TestAuthority {
  readonly certificate: string;
  readonly file: string;
  /** A certificate for 127.0.0.1 and localhost with this common name. */
  issue(commonName: string): Credentials;
  [Symbol.dispose](): void;
}

export function testAuthority(): TestAuthority {
  const folder = temporaryFolder();
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder.path, stdio: 'pipe' });
  };
  const read = (name: string): string => readFileSync(join(folder.path, name), 'utf8');
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test Authority',
  );
  let serial = 0;
  return {
    certificate: read('ca.pem'),
    file: join(folder.path, 'ca.pem'),
    issue: (commonName) => {
      serial += 1;
      const [key, request, certificate] = [`${serial}.key`, `${serial}.csr`, `${serial}.pem`];
      openssl(
        'req',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        request,
        '-subj',
        `/CN=${commonName}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1,DNS:localhost',
      );
      openssl(
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-set_serial',
        `${serial}`,
        '-days',
        '2',
        '-copy_extensions',
        'copy',
        '-out',
        certificate,
      );
      return {
        certificate: read(certificate),
        key: read(key),
        certificateFile: join(folder.path, certificate),
        keyFile: join(folder.path, key),
      };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
