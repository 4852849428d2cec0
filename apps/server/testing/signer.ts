// A key with its certificate, made by OpenSSL, for digital signatures in tests.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hooks } from './programs.ts';

export interface Signer {
  readonly key: string;
  readonly certificate: string;
}

export function makeSigner(t: Hooks): Signer {
  const folder = mkdtempSync(join(tmpdir(), 'concord-signer-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const signer = { key: join(folder, 'key.pem'), certificate: join(folder, 'certificate.pem') };
  const rest = ['-subj', '/CN=Signer', '-days', '2', '-keyout', signer.key, '-out', signer.certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...rest], { stdio: 'ignore' });
  return signer;
}
