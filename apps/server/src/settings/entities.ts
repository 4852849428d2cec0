// Application entities of this server, where one with everything is not what is wanted: titles, ports, what each offers.
import { parseTag } from '@concord/dicom';
import { BadValue, choice, integer, readAeTitle, readFields, type Setting, within } from './kinds.ts';
import { isNetwork, listOf, syntaxPreferences } from './peers.ts';

/** What an application entity can offer to those that call it. */
export const offers = [
  'verification',
  'storage',
  'query',
  'move',
  'get',
  'work items',
  'commitment',
  'commitment reports',
  'availability',
  'performed steps',
  'worklist',
] as const;
export type Offer = (typeof offers)[number];

/** One thing that is offered, or a part of it. */
export interface ConfiguredService {
  readonly service: Offer;
  /** Needed where an entity offers parts of one service apart from each other. */
  readonly name?: string;
  /** The only SOP Classes of it; absent: all, those that the standard does not know included where the settings say so. */
  readonly sopClasses?: readonly string[];
  /** The only transfer syntaxes, the preferred one first; absent: all. */
  readonly transferSyntaxes?: readonly string[];
  /** 'none' leaves SOP Class extended negotiation out of the answer. */
  readonly extendedNegotiation?: 'all' | 'none';
  /** Of query: what becomes of one that restricts nothing, and keys that only ask for their value. */
  readonly openQueries?: 'answer' | 'refuse';
  readonly neverMatched?: readonly string[];
  /** Of worklist: whether the case of letters counts in keys of text; what answers may be written in. */
  readonly letterCase?: 'matters' | 'ignored';
  readonly characterSets?: 'all' | 'default repertoire';
  /** Of move and get: whether the rest goes on after an instance that failed, and what ends a part of success. */
  readonly afterFailure?: 'continue' | 'stop';
  readonly partlyFailed?: 'B000' | 'A702';
  /** Of move: whether it goes on when the association of its request has ended. */
  readonly withoutRequester?: 'continue' | 'stop';
}

export interface ConfiguredEntity {
  readonly aeTitle: string;
  /** In the conformance statement; absent: the title. */
  readonly name?: string;
  /** Whether another entity may have the same title at another port. */
  readonly sharesTitle?: 'may' | 'never';
  /** Absent: the DICOM port of the settings. Entities may share one. */
  readonly port?: number;
  /** What it offers; without any it only calls, and has no port. */
  readonly services: readonly ConfiguredService[];
  /** The others are as the settings of the same names, for this entity alone. */
  readonly callers?: 'any' | 'known peers';
  /** The only calling AE titles; absent: as the settings say. */
  readonly callingAeTitles?: readonly string[];
  /** The only addresses and networks that anybody may call from. */
  readonly addresses?: readonly string[];
  readonly noContext?: 'accept' | 'reject';
  /** Whether an offered asynchronous operations window is answered, with 1 and 1, or left out of the answer. */
  readonly operationsWindow?: 'answer' | 'omit';
  readonly syntaxPreference?: (typeof syntaxPreferences)[number];
  readonly unknownSopClasses?: 'accept' | 'known peers' | 'reject';
  readonly maximumAssociations?: number;
  readonly maximumPduLength?: number;
  readonly idleTimeout?: number;
  /** What it says it is; the same for all that share a port. */
  readonly implementationClassUid?: string;
  readonly implementationVersionName?: string;
}

const reader =
  <T>({ read }: Setting<T>) =>
  (value: unknown): T =>
    read(value);

const offer = choice({ default: 'verification', choices: offers, text: 'what is offered' });
const isUid = (text: string): boolean => /^[0-9.]{3,64}$/.test(text);

/** What everybody can send and read cannot be left out. PS3.5 10.1 */
const implicitVrLittleEndian = '1.2.840.10008.1.2';

const readSyntaxes = (value: unknown): readonly string[] => {
  const uids = listOf(100, 'UIDs of transfer syntaxes', isUid)(value);
  if (uids.includes(implicitVrLittleEndian)) return uids;
  throw new BadValue(`must have Implicit VR Little Endian (${implicitVrLittleEndian}) among them: PS3.5 10.1`);
};

const readName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[^\p{Cc}]{1,64}$/u.test(value))
    throw new BadValue(`must be 1 to 64 printable characters, not ${JSON.stringify(value)}`);
  return value;
};

const serviceFields = {
  name: readName,
  sopClasses: listOf(300, 'UIDs of SOP Classes', isUid),
  transferSyntaxes: readSyntaxes,
  extendedNegotiation: reader(choice({ default: 'all', choices: ['all', 'none'], text: 'what is negotiated' })),
  openQueries: reader(choice({ default: 'answer', choices: ['answer', 'refuse'], text: 'without a key' })),
  neverMatched: listOf(100, 'keywords or tags of attributes', (text) => parseTag(text) !== undefined),
  letterCase: reader(choice({ default: 'matters', choices: ['matters', 'ignored'], text: 'in keys of text' })),
  characterSets: reader(choice({ default: 'all', choices: ['all', 'default repertoire'], text: 'of answers' })),
  afterFailure: reader(choice({ default: 'continue', choices: ['continue', 'stop'], text: 'of the rest' })),
  partlyFailed: reader(choice({ default: 'B000', choices: ['B000', 'A702'], text: 'final status' })),
  withoutRequester: reader(choice({ default: 'stop', choices: ['continue', 'stop'], text: 'of a move' })),
} satisfies { readonly [K in keyof Omit<ConfiguredService, 'service'>]-?: (value: unknown) => unknown };

const readUid = (value: unknown): string => {
  if (typeof value !== 'string' || !isUid(value)) throw new BadValue(`must be a UID, not ${JSON.stringify(value)}`);
  return value;
};

/** Implementation Version Name: 1 to 16 characters. PS3.7 D.3.3.2.3 */
const readVersionName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[\x20-\x7e]{1,16}$/.test(value))
    throw new BadValue(`must be 1 to 16 ASCII characters, not ${JSON.stringify(value)}`);
  return value;
};

const entityFields = {
  name: readName,
  sharesTitle: reader(choice({ default: 'may', choices: ['may', 'never'], text: 'with another entity' })),
  port: reader(integer({ default: 104, minimum: 0, maximum: 65535, text: 'TCP port' })),
  callingAeTitles: listOf(1000, 'AE titles', (text) => /^[\x20-\x5b\x5d-\x7e]{1,16}$/.test(text)),
  addresses: listOf(100, 'addresses or networks such as 10.1.0.0/16', isNetwork),
  callers: reader(choice({ default: 'any', choices: ['any', 'known peers'], text: 'who may call' })),
  operationsWindow: reader(choice({ default: 'answer', choices: ['answer', 'omit'], text: 'of operations' })),
  noContext: reader(choice({ default: 'accept', choices: ['accept', 'reject'], text: 'without a context' })),
  syntaxPreference: reader(choice({ default: 'own order', choices: syntaxPreferences, text: 'which is accepted' })),
  unknownSopClasses: reader(
    choice({ default: 'accept', choices: ['accept', 'known peers', 'reject'], text: 'unknown classes' }),
  ),
  maximumAssociations: reader(integer({ default: 100, minimum: 1, maximum: 10_000, text: 'open at once' })),
  maximumPduLength: reader(integer({ default: 16_384, minimum: 4096, maximum: 1_048_576, unit: 'bytes', text: 'PDU' })),
  idleTimeout: reader(integer({ default: 300, minimum: 1, maximum: 86_400, unit: 's', text: 'wait' })),
  implementationClassUid: readUid,
  implementationVersionName: readVersionName,
} satisfies { readonly [K in keyof Omit<ConfiguredEntity, 'aeTitle' | 'services'>]-?: (value: unknown) => unknown };

type Readers = Readonly<Record<string, (value: unknown) => unknown>>;

const given = (fields: ReadonlyMap<string, unknown>, readers: Readers) =>
  Object.fromEntries(
    Object.entries(readers).flatMap(([name, read]) =>
      fields.has(name) ? [[name, within(name, () => read(fields.get(name)))] as const] : [],
    ),
  );

/** A name, or an object that narrows what the name stands for. */
function readService(value: unknown): ConfiguredService {
  if (typeof value === 'string') return { service: offer.read(value) };
  const fields = readFields(value, ['service', ...Object.keys(serviceFields)]);
  return { service: within('service', () => offer.read(fields.get('service'))), ...given(fields, serviceFields) };
}

const mostServices = 100;

/** One entry of `entities`. Throws BadValue. */
export const readEntity = (value: unknown): ConfiguredEntity => {
  const fields = readFields(value, ['aeTitle', 'services', ...Object.keys(entityFields)]);
  const services = fields.get('services');
  if (!Array.isArray(services) || services.length > mostServices)
    throw new BadValue(`services: must be a list of up to ${mostServices} of ${offers.join(', ')}`);
  return {
    aeTitle: within('aeTitle', () => readAeTitle(fields.get('aeTitle'))),
    services: services.map((each, index) => within(`services: entry ${index + 1}`, () => readService(each))),
    ...given(fields, entityFields),
  };
};

/** What is wrong with the entities taken together; undefined where nothing is. */
export function entitiesProblem(entities: readonly ConfiguredEntity[], defaultPort: number): string | undefined {
  for (const [index, entity] of entities.entries()) {
    const names = entity.services.map(({ service, name }) => name ?? service);
    const twice = names.find((name, place) => names.indexOf(name) !== place);
    if (twice !== undefined) return `${entity.aeTitle} offers ${twice} twice: give each part a name of its own`;
    const { aeTitle, port = defaultPort } = entity;
    const namesake = entities.find((other) => other !== entity && other.aeTitle === aeTitle);
    if (namesake && entity.sharesTitle === 'never')
      return `${entity.name ?? aeTitle} must have an AE title of its own, and ${aeTitle} is that of ${namesake.name ?? 'another'}, too`;
    const others = entities.slice(0, index).filter((other) => (other.port ?? defaultPort) === port && port !== 0);
    if (others.some((other) => other.aeTitle === aeTitle))
      return `the AE title ${aeTitle} is there twice on port ${port}`;
    const differs = others.find(
      (other) =>
        other.implementationClassUid !== entity.implementationClassUid ||
        other.implementationVersionName !== entity.implementationVersionName,
    );
    if (differs)
      return `${differs.aeTitle} and ${aeTitle} share port ${port}: they must have the same implementation class and version`;
  }
  return undefined;
}
