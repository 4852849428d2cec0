// Other systems this one knows by their AE title: where they are, what holds for them when they call and when they are called.
import type { RecolourTarget } from '@concord/imaging';
import { addressMatches, type ProposalPolicy, type SyntaxPreference } from '@concord/network';
import { BadValue, choice, integer, readAeTitle, readFields, type Setting, within } from './kinds.ts';

export interface ConfiguredPeer {
  readonly aeTitle: string;
  /** What people call it; absent: its AE title. */
  readonly name?: string;
  readonly host: string;
  readonly port: number;
  /** The title this server gives itself towards the peer; absent: its own. */
  readonly callingAeTitle?: string;
  /** Addresses and networks it may call from; absent: any. */
  readonly addresses?: readonly string[];
  /** Called over TLS. */
  readonly tls?: boolean;
  /** The name that its certificate must bear when it is called; 'any': a trusted certificate is enough. Absent: its host. */
  readonly certificateName?: string;
  /** SHA-256 fingerprints of the certificates it may show when it calls. */
  readonly certificates?: readonly string[];
  /** Users it may name; then it must name one. */
  readonly users?: readonly string[];
  /** Associations it may have open at a time. */
  readonly maximumAssociations?: number;
  /** Transfer syntaxes that are accepted from it; absent: all of each service. */
  readonly transferSyntaxes?: readonly string[];
  readonly syntaxPreference?: SyntaxPreference;
  readonly unknownSopClasses?: 'accept' | 'reject';
  /** Bytes; towards it and from it. */
  readonly maximumPduLength?: number;
  /** Seconds, as the settings of the same names. */
  readonly idleTimeout?: number;
  readonly networkTimeout?: number;
  readonly responseTimeout?: number;
  /** How transfer syntaxes are spread over presentation contexts when objects are sent to it. */
  readonly proposal?: ProposalPolicy['arrangement'];
  readonly uncompressedFirst?: boolean;
  /** Thousands of bytes a second that are sent to it, over all associations; absent: as fast as it goes. */
  readonly maximumRate?: number;
  /** Whether it gets objects with what was put right and coerced here, or as they were received; default latest. */
  readonly demographics?: 'latest' | 'original';
  /** Name of one of `attributeFilters`: what it gets otherwise. */
  readonly filter?: string;
  /** How it is asked when somebody searches other archives; default C-FIND. */
  readonly query?: 'C-FIND' | 'QIDO-RS' | 'no';
  /** How what is found there is fetched; default C-MOVE to this server. */
  readonly retrieve?: 'C-MOVE' | 'C-GET' | 'WADO-RS';
  /** Base address of its DICOMweb service; user and password may stand in it. */
  readonly dicomweb?: string;
  /** Whether an object is converted, without loss, where the peer does not take its transfer syntax. Default lossless. */
  readonly conversion?: 'lossless' | 'never';
  /** Images of ultrasound whose SOP Class it does not take go out in the other one, current or retired. Absent: they do not go out. */
  readonly ultrasound?: 'to retired' | 'to current' | 'either way';
  /** Photometric interpretation of every image it gets; absent: that of the image. */
  readonly photometric?: RecolourTarget;
  /** Images of 8 bits go to it in JPEG Baseline where it takes nothing better, or rather than without loss. Absent: never. */
  readonly lossy?: 'where needed' | 'preferred';
  /** Of that JPEG, 1 to 94, with colour at half the width as its photometric interpretation asks; absent: 90. */
  readonly lossyQuality?: number;
  /** For grey images without window values. */
  readonly defaultWindow?: { readonly center: number; readonly width: number };
  /** Whether it is asked to commit itself to what was sent to it. Default no. */
  readonly commitment?: 'ask' | 'no';
  /** Whether it is told which instances are here when a study is complete. Default no. */
  readonly notification?: 'study complete' | 'no';
}

const port = integer({ default: 104, minimum: 1, maximum: 65535, text: 'TCP port' });
const seconds = integer({ default: 30, minimum: 1, maximum: 86_400, unit: 's', text: 'wait' });

export const arrangements = ['one per syntax', 'all in one', 'uncompressed apart', 'each and all'] as const;

export const syntaxPreferences = ['own order', 'first offered', 'explicit first'] as const;

const readHost = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9.:_-]{1,253}$/.test(value))
    throw new BadValue(`must be a host name or address, not ${JSON.stringify(value)}`);
  return value;
};

export const listOf =
  (most: number, wanted: string, fits: (text: string) => boolean) =>
  (value: unknown): readonly string[] => {
    const texts = Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
    if (!Array.isArray(value) || texts.length !== value.length || texts.length === 0 || texts.length > most)
      throw new BadValue(`must be a list of 1 to ${most} ${wanted}`);
    const wrong = texts.find((text) => !fits(text));
    if (wrong !== undefined) throw new BadValue(`must be a list of ${wanted}; ${JSON.stringify(wrong)} is none`);
    return texts;
  };

export const isNetwork = (text: string): boolean => {
  const [address = '', bits] = text.split('/');
  return bits === undefined ? /^[0-9A-Fa-f.:]{2,45}$/.test(text) : addressMatches(address, text);
};

/** SHA-256, as openssl and browsers show it, with or without colons. */
const isFingerprint = (text: string): boolean => /^([0-9A-Fa-f]{2}:?){32}$/.test(text);

const readBoolean = (value: unknown): boolean => {
  if (typeof value !== 'boolean') throw new BadValue(`must be true or false, not ${JSON.stringify(value)}`);
  return value;
};

const readName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(value)) throw new BadValue('must be a name');
  return value;
};

/** Without a slash at its end. */
const readDicomweb = (value: unknown): string => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    throw new BadValue(
      `must be an http or https address such as http://pacs:8042/dicom-web, not ${JSON.stringify(value)}`,
    );
  return url.href.replace(/\/+$/, '');
};

const readWindow = (value: unknown): { readonly center: number; readonly width: number } => {
  const fields = readFields(value, ['center', 'width']);
  const number = (name: string): number => {
    const given = fields.get(name);
    if (typeof given !== 'number' || !Number.isFinite(given)) throw new BadValue(`${name} must be a number`);
    return given;
  };
  const window = { center: number('center'), width: number('width') };
  if (window.width < 1) throw new BadValue('width must be at least 1');
  return window;
};

const reader =
  <T>({ read }: Setting<T>) =>
  (value: unknown): T =>
    read(value);

/** What an entry may say besides title, host and port. */
const optional = {
  name: readName,
  callingAeTitle: readAeTitle,
  addresses: listOf(100, 'addresses or networks such as 10.1.0.0/16', isNetwork),
  tls: readBoolean,
  certificateName: readHost,
  certificates: listOf(100, 'SHA-256 fingerprints of certificates', isFingerprint),
  users: listOf(1000, 'names of users', (text) => /^[^\p{Cc}]{1,64}$/u.test(text)),
  maximumAssociations: reader(integer({ default: 10, minimum: 1, maximum: 10_000, text: 'open at once' })),
  transferSyntaxes: listOf(100, 'UIDs of transfer syntaxes', (text) => /^[0-9.]{3,64}$/.test(text)),
  syntaxPreference: reader(choice({ default: 'own order', choices: syntaxPreferences, text: 'which is accepted' })),
  unknownSopClasses: reader(choice({ default: 'accept', choices: ['accept', 'reject'], text: 'unknown classes' })),
  maximumPduLength: reader(integer({ default: 16_384, minimum: 4096, maximum: 1_048_576, unit: 'bytes', text: 'PDU' })),
  idleTimeout: reader(seconds),
  networkTimeout: reader(seconds),
  responseTimeout: reader(seconds),
  proposal: reader(
    choice({
      default: 'one per syntax',
      choices: arrangements,
      text: 'how syntaxes are spread over contexts',
    }),
  ),
  uncompressedFirst: readBoolean,
  maximumRate: reader(integer({ default: 1000, minimum: 1, maximum: 10_000_000, unit: 'kB/s', text: 'rate' })),
  demographics: reader(choice({ default: 'latest', choices: ['latest', 'original'], text: 'of objects it gets' })),
  filter: readName,
  query: reader(choice({ default: 'C-FIND', choices: ['C-FIND', 'QIDO-RS', 'no'], text: 'how it is asked' })),
  retrieve: reader(
    choice({ default: 'C-MOVE', choices: ['C-MOVE', 'C-GET', 'WADO-RS'], text: 'how it is fetched from' }),
  ),
  dicomweb: readDicomweb,
  conversion: reader(choice({ default: 'lossless', choices: ['lossless', 'never'], text: 'of objects sent' })),
  ultrasound: reader(
    choice({
      default: 'either way',
      choices: ['to retired', 'to current', 'either way'],
      text: 'classes of ultrasound images',
    }),
  ),
  photometric: reader(choice({ default: 'MONOCHROME2', choices: ['MONOCHROME2', 'RGB'], text: 'of images it gets' })),
  lossy: reader(choice({ default: 'where needed', choices: ['where needed', 'preferred'], text: 'JPEG Baseline' })),
  lossyQuality: reader(integer({ default: 90, minimum: 1, maximum: 94, text: 'of JPEG' })),
  defaultWindow: readWindow,
  commitment: reader(choice({ default: 'no', choices: ['ask', 'no'], text: 'whether it is asked for commitment' })),
  notification: reader(
    choice({ default: 'no', choices: ['study complete', 'no'], text: 'when it is told what is here' }),
  ),
} satisfies { readonly [K in keyof Omit<ConfiguredPeer, 'aeTitle' | 'host' | 'port'>]-?: (value: unknown) => unknown };

/** One entry of `peers`. Throws BadValue. */
export const readPeer = (value: unknown): ConfiguredPeer => {
  const fields = readFields(value, ['aeTitle', 'host', 'port', ...Object.keys(optional)]);
  const peer = {
    aeTitle: within('aeTitle', () => readAeTitle(fields.get('aeTitle'))),
    host: within('host', () => readHost(fields.get('host'))),
    port: within('port', () => port.read(fields.get('port'))),
  };
  const given = Object.entries(optional).flatMap(([name, read]) =>
    fields.has(name) ? [[name, within(name, () => read(fields.get(name)))] as const] : [],
  );
  const read: ConfiguredPeer = { ...peer, ...Object.fromEntries(given) };
  if (read.dicomweb === undefined && (read.query === 'QIDO-RS' || read.retrieve === 'WADO-RS'))
    throw new BadValue('QIDO-RS and WADO-RS need the address of its service as dicomweb');
  if (read.photometric !== undefined && read.lossy !== undefined)
    throw new BadValue(
      'photometric and lossy cannot both be given: images of a set interpretation go out uncompressed',
    );
  if (read.conversion === 'never' && (read.photometric ?? read.lossy ?? read.ultrasound) !== undefined)
    throw new BadValue('conversion is never: photometric, lossy and ultrasound have no meaning beside it');
  return read;
};
