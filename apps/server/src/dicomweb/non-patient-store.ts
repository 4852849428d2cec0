// The Store transaction of objects that belong to no patient, whole or as DICOM JSON or XML. PS3.18 12.5.
import {
  DicomError,
  explicitVrLittleEndian,
  fromJson,
  fromXml,
  readPart10,
  toJson,
  toXml,
  writeDataSet,
} from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CategoryName } from '../non-patient/categories.ts';
import { type Kept, mostObjectBytes, type ReceivedObject } from '../non-patient/non-patient-objects.ts';
import { decodedBody } from '../web/decoded-body.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import type { Hold, HoldBody } from './held-bodies.ts';
import { type MediaType, parseMediaType } from './media-range.ts';
import { isBoundary, readMultipart } from './multipart.ts';
import { type NonPatientParts, serviceOf } from './non-patient.ts';
import { parseJson, utf8Text } from './request-text.ts';
import { storeReport } from './store-response.ts';
import { queryOf } from './warning.ts';

const responses = [
  { mediaType: 'application/dicom+json', defaultFor: 'category' },
  { mediaType: 'application/dicom+xml' },
] as const;

const models: ReadonlySet<string> = new Set(['application/dicom+json', 'application/dicom+xml']);
export const storedTypes = [
  'application/dicom',
  'multipart/related; type="application/dicom"',
  'application/dicom+json',
  'application/dicom+xml',
  'multipart/related; type="application/dicom+xml"',
];

/** What the address says of the objects. */
interface Target {
  readonly category: CategoryName;
  readonly sopInstanceUid: string | undefined;
}

/** Stores one object or several, and says of each what became of it. */
export const storeNonPatient = async (
  request: FastifyRequest,
  reply: FastifyReply,
  parts: NonPatientParts,
  target: Target,
) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const { offer } = choose(acceptanceOf(request, query), responses, ['single']);
  const outcomes: Kept[] = [];
  for await (const object of objectsOf(request, parts)) {
    outcomes.push('code' in object ? object : await parts.nonPatient.store({ ...object, said: target }));
  }
  if (outcomes.length === 0) throw new HttpProblem('malformed-request', 'The request holds no object.');
  const service = `${serviceOf(request, parts)}/${target.category}`;
  const { dataSet, headers } = storeReport(outcomes, {
    instanceUrl: ({ sopInstanceUid = '' }) => `${service}/${sopInstanceUid}`,
  });
  const text = offer.mediaType === 'application/dicom+json' ? JSON.stringify(toJson(dataSet)) : toXml(dataSet);
  return reply
    .code(statusOf(outcomes))
    .headers({ ...headers, 'cache-control': 'no-store', 'content-type': offer.mediaType })
    .send(Buffer.from(text));
};

/** PS3.18 Table 12.5.3-1: one that is stored is success; what fits no address is a conflict. */
const statusOf = (outcomes: readonly Kept[]): 200 | 400 | 409 | 503 => {
  if (outcomes.some(({ code }) => code === 0)) return 200;
  if (outcomes.some(({ code }) => code === 0xa700)) return 503;
  return outcomes.some(({ code }) => code === 0xa900 || code === 0x0122) ? 409 : 400;
};

/** Objects as they come, one in memory at a time; or what is wrong with one. */
async function* objectsOf(
  request: FastifyRequest,
  { limits, holdBody }: NonPatientParts,
): AsyncGenerator<ReceivedObject | Kept, void> {
  const given = request.headers['content-type'] ?? '';
  const type = parseMediaType(given);
  const body = decodedBody(request.raw, { ...limits, bytes: limits.storeBodyBytes });
  if (type?.type !== 'multipart/related') {
    yield* objectsIn({ type, given, body }, holdBody);
    return;
  }
  const boundary = type.parameters.get('boundary') ?? '';
  if (!isBoundary(boundary)) throw new HttpProblem('malformed-request', 'The Content-Type has no boundary.');
  const root = type.parameters.get('type') ?? '';
  for await (const part of readMultipart(body, boundary)) {
    const said = part.headers.get('content-type') ?? root;
    yield* objectsIn({ type: parseMediaType(said), given: said, body: part.body }, holdBody);
  }
}

interface ObjectBody {
  readonly type: MediaType | undefined;
  /** The Content-Type as it came. */
  readonly given: string;
  readonly body: AsyncIterable<Uint8Array>;
}

async function* objectsIn(
  { type, given, body }: ObjectBody,
  holdBody: HoldBody,
): AsyncGenerator<ReceivedObject | Kept, void> {
  const name = type?.type ?? '';
  if (name !== 'application/dicom' && !models.has(name))
    throw new HttpProblem('unsupported-media-type', `${quote(given)} cannot be stored.`, {
      members: { supported: storedTypes },
    });
  using hold = holdBody();
  const bytes = await whole(body, hold);
  try {
    yield* name === 'application/dicom' ? [fileObject(bytes)] : modelObjects(name, utf8Text(bytes, type));
  } catch (error) {
    if (!(error instanceof DicomError) && !(error instanceof SyntaxError)) throw error;
    yield { code: 0xc000, comment: error.message };
  }
}

const fileObject = (bytes: Uint8Array): ReceivedObject => {
  const { transferSyntaxUid, dataSetOffset } = readPart10(bytes);
  return { dataSet: bytes.subarray(dataSetOffset), transferSyntaxUid };
};

/** One data set of XML, or one or several of JSON. */
const modelObjects = (name: string, text: string): readonly ReceivedObject[] => {
  const dataSets =
    name === 'application/dicom+xml' ? [fromXml(text)] : [parseJson(text)].flat().map((one) => fromJson(one));
  const transferSyntaxUid = explicitVrLittleEndian;
  return dataSets.map((dataSet) => ({ dataSet: writeDataSet(dataSet, transferSyntaxUid), transferSyntaxUid }));
};

/** @throws HttpProblem too-large */
const whole = async (body: AsyncIterable<Uint8Array>, hold: Hold): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > mostObjectBytes)
      throw new HttpProblem('too-large', `An object may have at most ${mostObjectBytes} bytes here.`);
    hold.take(chunk.length);
    chunks.push(Uint8Array.from(chunk));
  }
  return Buffer.concat(chunks);
};
