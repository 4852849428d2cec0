// WADO-RS bulk data of a study, a series or an instance: every value that metadata names, in one answer. PS3.18 Table 10.3-2.
import { toJson } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { sendMultipart } from './answer.ts';
import { pixelValue } from './bulk-data.ts';
import { frameParts } from './frames.ts';
import { headerValue } from './header-value.ts';
import type { Offer } from './media-types.ts';
import { isBulk } from './metadata.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { instancePath, selectInstances } from './selection.ts';
import { frameOffers } from './stored-form.ts';
import { targetOf } from './target.ts';
import { queryOf } from './warning.ts';

const contentType = 'application/octet-stream';
const octets: readonly Offer[] = [{ mediaType: contentType, defaultFor: 'category' }];

type Answer = (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => Promise<FastifyReply>;

/** One part for each value, or each frame of compressed pixel data, which are decoded. Named by their addresses. */
export const retrieveAllBulkData: Answer = (request, reply, parts) => sendValues(request, reply, parts, allValues);

/** The same for pixel data alone. PS3.18 10.4.1.1.6. */
export const retrievePixelData: Answer = (request, reply, parts) => sendValues(request, reply, parts, pixelParts);

type Values = (instance: StoredInstance, place: string, parts: DicomwebParts) => AsyncGenerator<OutgoingPart, void>;

const sendValues = async (
  ...[request, reply, parts, of]: readonly [...Parameters<Answer>, of: Values]
): Promise<FastifyReply> => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const instances = await selectInstances(parts.archive, targetOf(request));
  choose(acceptanceOf(request, query), octets, ['multipart']);
  const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
  const values = valuesOf(instances, service, parts, of);
  const first = await values.next(); // what cannot be read is a problem, not a broken body
  if (first.done) throw new HttpProblem('not-found', 'There is no bulk data.');
  const all = async function* () {
    yield first.value;
    yield* values;
  };
  return sendMultipart(request, reply, { type: contentType, parts: all() });
};

async function* valuesOf(
  ...[instances, service, parts, of]: readonly [readonly StoredInstance[], string, DicomwebParts, Values]
): AsyncGenerator<OutgoingPart, void> {
  for (const instance of instances) yield* of(instance, `${service}${instancePath(instance)}`, parts);
}

async function* allValues(...where: Parameters<Values>): AsyncGenerator<OutgoingPart, void> {
  yield* headerValues(...where);
  yield* pixelParts(...where);
}

async function* headerValues(instance: StoredInstance, place: string, { archive }: DicomwebParts) {
  const header = await archive.headerLeavingValues(instance);
  const paths: string[] = [];
  const bulkDataUri = (path: string, element: Parameters<typeof isBulk>[0]): string | undefined => {
    if (isBulk(element)) paths.push(path);
    return isBulk(element) ? path : undefined;
  };
  toJson(header, { bulkDataUri });
  for (const path of paths) {
    const value = headerValue(header, path, instance, archive);
    if (value === undefined) continue;
    const { length } = value;
    const contentLocation = `${place}/bulkdata/${encodeURIComponent(path)}`;
    yield { contentType, contentLength: length, contentLocation, body: value.bytes({ start: 0, end: length }) };
  }
}

async function* pixelParts(
  instance: StoredInstance,
  place: string,
  parts: DicomwebParts,
): AsyncGenerator<OutgoingPart, void> {
  const pixels = await parts.archive.pixelData(instance);
  if (pixels === undefined || pixels.runs.every(({ length }) => length === 0)) return;
  const value = pixelValue(instance, pixels.runs, parts.archive);
  if (value !== undefined) {
    const { length } = value;
    const contentLocation = `${place}/bulkdata/PixelData`;
    yield { contentType, contentLength: length, contentLocation, body: value.bytes({ start: 0, end: length }) };
    return;
  }
  const offer = frameOffers(instance.transferSyntaxUid).find(({ defaultFor }) => defaultFor === 'category');
  if (offer !== undefined) yield* frameParts(instance, offer, place, parts);
}
