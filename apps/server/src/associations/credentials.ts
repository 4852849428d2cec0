// The certificate, key and authorities of this server: read from files, read again when they change or on SIGHUP. PS3.15 B
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import type { Log, TlsClient, TlsServer } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import { StartError } from '../start-error.ts';

/** PEM texts. */
interface Files {
  readonly certificate?: string;
  readonly key?: string;
  readonly authorities?: readonly string[];
}

export interface Credentials {
  /** For a port that listens; undefined where the settings name no certificate. */
  readonly server: () => TlsServer | undefined;
  /** For calling a peer. */
  readonly client: () => TlsClient;
  /** Reads the files again; what cannot be read changes nothing. */
  reload(): void;
  /** Told after each reload that brought something to serve with; throws where it cannot be used. */
  onReload(listener: (server: TlsServer) => void): void;
  close(): void;
}

/** Bytes; a bundle of all public authorities has 200 KB. */
const largestFile = 4 * 1024 * 1024;
/** Milliseconds between two looks at the files: certificates are renewed by programs that know nothing of this one. */
const lookEvery = 5000;

const isPem = /-----BEGIN [A-Z0-9 ]+-----/;

function readPem(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw new StartError(setting, `${file} cannot be read: ${error instanceof Error ? error.message : error}`, error);
  }
  if (text.length > largestFile || !isPem.test(text)) throw new StartError(setting, `${file} is no PEM file`);
  return text;
}

type TlsSettings = Pick<
  Configuration,
  'tlsCertificate' | 'tlsKey' | 'tlsAuthorities' | 'tlsProfile' | 'tlsClients' | 'plainDicom'
>;

function readFiles({ tlsCertificate, tlsKey, tlsAuthorities }: TlsSettings): Files {
  return {
    ...(tlsCertificate !== '' && { certificate: readPem('--tls-certificate', tlsCertificate) }),
    ...(tlsKey !== '' && { key: readPem('--tls-key', tlsKey) }),
    ...(tlsAuthorities !== '' && { authorities: [readPem('--tls-authorities', tlsAuthorities)] }),
  };
}

/** What one setting cannot see of another. */
function checkTogether({ tlsCertificate, tlsKey, tlsAuthorities, tlsClients, plainDicom }: TlsSettings): void {
  if (tlsCertificate !== '' && tlsKey === '') throw new StartError('--tls-key', 'is needed with --tls-certificate');
  if (tlsCertificate === '' && tlsKey !== '') throw new StartError('--tls-certificate', 'is needed with --tls-key');
  if (tlsCertificate === '' && plainDicom === 'off')
    throw new StartError('--plain-dicom', 'cannot be off without --tls-certificate: nothing would listen');
  if (tlsCertificate !== '' && tlsClients !== 'none' && tlsAuthorities === '')
    throw new StartError(
      '--tls-authorities',
      'is needed to check the certificates of callers; or set --tls-clients to none',
    );
}

/** Throws StartError for files and settings that cannot be used. */
export function openCredentials(settings: TlsSettings, log: Log): Credentials {
  checkTogether(settings);
  let files = readFiles(settings);
  const listeners: ((server: TlsServer) => void)[] = [];
  const { tlsProfile: profile, tlsClients: clientCertificates } = settings;
  const serverOf = ({ certificate, key, authorities }: Files): TlsServer | undefined =>
    certificate === undefined || key === undefined
      ? undefined
      : { profile, certificate, key, clientCertificates, ...(authorities && { authorities }) };
  const reload = (): void => {
    try {
      const read = readFiles(settings);
      const server = serverOf(read);
      if (server) for (const listener of listeners) listener(server);
      files = read;
      log.info({ certificate: settings.tlsCertificate }, 'certificates were read again');
    } catch (error) {
      log.error({ err: error }, 'certificates could not be read again; those from before stay in use');
    }
  };
  const watched = [settings.tlsCertificate, settings.tlsKey, settings.tlsAuthorities].filter((file) => file !== '');
  const changed = (now: { mtimeMs: number }, before: { mtimeMs: number }) => {
    if (now.mtimeMs !== before.mtimeMs && now.mtimeMs !== 0) reload();
  };
  for (const file of watched) watchFile(file, { interval: lookEvery, persistent: false }, changed);
  return {
    server: () => serverOf(files),
    client: () => ({ profile, ...files }),
    reload,
    onReload: (listener) => void listeners.push(listener),
    close: () => {
      for (const file of watched) unwatchFile(file, changed);
    },
  };
}
