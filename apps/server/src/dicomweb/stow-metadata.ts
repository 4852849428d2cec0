// STOW-RS of metadata and bulk data: instances described in JSON or XML, their large values in parts of their own. PS3.18 10.5.2.
import { type DataSet, DicomError, fromJson, fromXml } from '@concord/dicom';
import { ImagingError } from '@concord/imaging';
import { HttpProblem } from '../web/problem.ts';
import { type BulkParts, createBulkParts } from './bulk-parts.ts';
import { assemble, type Build, type DescribedInstance, describeInstance } from './described-instance.ts';
import { type Hold, holdWithin } from './held-bodies.ts';
import { type MediaType, parseMediaType } from './media-range.ts';
import { type Part, readMultipart } from './multipart.ts';
import { parseJson, utf8Text } from './request-text.ts';
import { checkInstances, type Outcome } from './store-response.ts';

/** The media types of metadata. */
export const metadataTypes: ReadonlySet<string> = new Set(['application/dicom+json', 'application/dicom+xml']);

/** Metadata of one part, in bytes. */
const mostMetadata = 67_108_864;
/** Instances that may wait for their bulk data. */
const mostWaiting = 100_000;

const cannotUnderstand = 0xc000;
const doesNotMatch = 0xa900;

/** An instance that is whole, ready to be stored. */
export interface WholeInstance {
  readonly dataSet: AsyncIterable<Uint8Array>;
  readonly transferSyntaxUid: string;
  /** As far as the metadata says so. */
  readonly sopClassUid?: string;
  readonly sopInstanceUid?: string;
}

export interface MetadataRequest {
  readonly body: AsyncIterable<Uint8Array>;
  readonly type: MediaType;
  /** Address of the request: what relative locations are relative to. */
  readonly url: string;
  /** The study of the address, to which every instance has to belong. */
  readonly studyInstanceUid?: string;
  /** Of the request, described or refused. */
  readonly mostInstances: number;
  /** Takes the memory of all metadata, until the request is over, and of bulk data as long as it is held. */
  readonly hold: Hold;
  readonly store: (instance: WholeInstance) => Promise<Outcome>;
}

/**
 * Stores each instance as soon as the last part it names has come; one that never becomes whole is a failure of its own.
 * @throws HttpProblem where the body cannot be read and nothing was stored
 */
export const storeDescribed = async (request: MetadataRequest): Promise<Outcome[]> => {
  await using bulk = createBulkParts(request.hold);
  const work: Work = { request, bulk, waiting: new Set(), users: new Map(), outcomes: [] };
  try {
    for await (const part of partsOf(request)) await takePart(work, part);
  } catch (error) {
    if (!(error instanceof HttpProblem) || !work.outcomes.some(({ code }) => code === 0)) throw error;
    work.outcomes.push({ code: 0x0110, comment: error.message });
  }
  for (const { dataSet, locations } of work.waiting) {
    const missing = locations.filter((location) => bulk.at(location) === undefined);
    const comment = `bulk data is missing: ${missing.length} of ${locations.length} parts`;
    work.outcomes.push({ code: cannotUnderstand, comment, ...identity(dataSet) });
  }
  if (work.outcomes.length === 0) throw new HttpProblem('malformed-request', 'The request describes no instance.');
  return work.outcomes;
};

interface Work {
  readonly request: MetadataRequest;
  readonly bulk: BulkParts;
  readonly waiting: Set<DescribedInstance>;
  /** Who of those waits for what lies, or will lie, at a location. */
  readonly users: Map<string, Set<DescribedInstance>>;
  readonly outcomes: Outcome[];
}

/** The parts of the body; one that is metadata by itself is the only part. */
const partsOf = ({ body, type }: MetadataRequest): AsyncIterable<Part> | Iterable<Part> =>
  metadataTypes.has(type.type)
    ? [{ headers: new Map([['content-type', withCharset(type)]]), body }]
    : readMultipart(body, type.parameters.get('boundary') ?? '');

const withCharset = ({ type, parameters }: MediaType): string => {
  const charset = parameters.get('charset');
  return charset === undefined ? type : `${type}; charset="${charset.replace(/["\\]/gu, '')}"`;
};

const takePart = async (work: Work, { headers, body }: Part): Promise<void> => {
  const type = parseMediaType(headers.get('content-type') ?? 'application/octet-stream');
  if (type === undefined) throw new HttpProblem('malformed-request', 'A part has a Content-Type that is none.');
  if (metadataTypes.has(type.type))
    return takeMetadata(work, type.type, utf8Text(await whole(body, work.request.hold), type));
  const location = headers.get('content-location');
  if (location === undefined)
    throw new HttpProblem('malformed-request', 'A part with bulk data has no Content-Location.');
  const place = resolver(work.request)(location);
  await work.bulk.take(place, type, body);
  for (const instance of [...(work.users.get(place) ?? [])]) await storeWhereWhole(work, instance);
};

const whole = async (body: AsyncIterable<Uint8Array>, hold: Pick<Hold, 'take'>): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > mostMetadata)
      throw new HttpProblem('too-large', `A part has more than ${mostMetadata} bytes of metadata.`);
    hold.take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const takeMetadata = async (work: Work, type: string, text: string): Promise<void> => {
  for (const { build, said } of type === 'application/dicom+xml'
    ? [{ build: xmlBuild(text), said: () => ({}) }]
    : jsonBuilds(text, work.request.mostInstances)) {
    checkInstances(work.outcomes.length + 1, work.request.mostInstances);
    if (work.waiting.size >= mostWaiting)
      throw new HttpProblem('too-large', `More than ${mostWaiting} instances wait.`);
    try {
      const instance = describeInstance(build, resolver(work.request));
      if (!belongs(work, instance)) continue;
      waitFor(work, instance);
      await storeWhereWhole(work, instance);
    } catch (error) {
      if (!(error instanceof DicomError)) throw error;
      work.outcomes.push({ code: cannotUnderstand, comment: error.message, ...said() });
    }
  }
};

const waitFor = ({ waiting, users }: Work, instance: DescribedInstance): void => {
  waiting.add(instance);
  for (const location of instance.locations) {
    const known = users.get(location);
    if (known === undefined) users.set(location, new Set([instance]));
    else known.add(instance);
  }
};

const xmlBuild =
  (text: string): Build =>
  (bulkData) =>
    fromXml(text, { bulkData });

/** @throws HttpProblem malformed-request */
const jsonBuilds = (text: string, most: number): readonly Described[] => {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HttpProblem('malformed-request', 'The metadata is no JSON.', { cause });
  }
  const all: readonly unknown[] = Array.isArray(json) ? json : [json];
  checkInstances(all.length, most);
  return all.map((one) => ({ build: (bulkData) => fromJson(one, { bulkData }), said: () => saidIn(one) }));
};

/** An instance that is described, and what can be said of it before its description is read. */
interface Described {
  readonly build: Build;
  readonly said: () => Pick<Outcome, 'sopClassUid' | 'sopInstanceUid'>;
}

/** So that one of many that cannot be read is named. */
const saidIn = (json: unknown): ReturnType<Described['said']> => {
  const uids = Object.entries(json ?? {}).filter(([tag]) => tag === '00080016' || tag === '00080018');
  try {
    return identity(fromJson(Object.fromEntries(uids)));
  } catch (error) {
    if (error instanceof DicomError) return {};
    throw error;
  }
};

const resolver =
  ({ url }: MetadataRequest) =>
  (uri: string): string =>
    URL.canParse(uri, url) ? new URL(uri, url).href : uri;

const belongs = ({ request, outcomes }: Work, { dataSet }: DescribedInstance): boolean => {
  const { studyInstanceUid } = request;
  if (studyInstanceUid === undefined || dataSet.string('StudyInstanceUID') === studyInstanceUid) return true;
  outcomes.push({ code: doesNotMatch, comment: 'it belongs to another study than the address', ...identity(dataSet) });
  return false;
};

const identity = (dataSet: DataSet) => {
  const [sopClassUid, sopInstanceUid] = [dataSet.string('SOPClassUID'), dataSet.string('SOPInstanceUID')];
  return {
    ...(sopClassUid === undefined ? {} : { sopClassUid }),
    ...(sopInstanceUid === undefined ? {} : { sopInstanceUid }),
  };
};

/** A compressed image may come as one part for each frame, all of one location: it is whole with the last. */
const isWhole = ({ bulk }: Work, { dataSet, locations, pixels }: DescribedInstance): boolean =>
  locations.every((location) => {
    const parts = bulk.at(location);
    if (parts === undefined || location !== pixels?.location) return parts !== undefined;
    const frames = dataSet.number('NumberOfFrames') ?? 1;
    const [first] = parts;
    const isOneByOne = first?.type.type.startsWith('image/') === true && first.type.type !== 'image/gif';
    return parts.length >= frames || !isOneByOne;
  });

const storeWhereWhole = async (work: Work, instance: DescribedInstance): Promise<void> => {
  if (!isWhole(work, instance)) return;
  const { request, bulk, waiting, users, outcomes } = work;
  waiting.delete(instance);
  try {
    using hold = holdWithin(request.hold);
    const { bytes, transferSyntaxUid } = await assemble(instance, { resolve: resolver(request), bulk, hold });
    outcomes.push(await request.store({ dataSet: bytes, transferSyntaxUid, ...identity(instance.dataSet) }));
  } catch (error) {
    if (!(error instanceof DicomError) && !(error instanceof ImagingError)) throw error;
    const comment = error instanceof ImagingError ? `pixels: ${error.detail || error.message}` : error.message;
    outcomes.push({ code: cannotUnderstand, comment, ...identity(instance.dataSet) });
  }
  for (const location of instance.locations) {
    users.get(location)?.delete(instance);
    if (users.get(location)?.size === 0) await bulk.drop(location);
  }
};
