// WADO-RS: whole instances of a study, of a series, or one. PS3.18 10.4.1.1.1.
import { type AnyChunks, chunksInTurn } from '@concord/network';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { baseUrl } from '../web/base-url.ts';
import { type Acceptance, acceptanceOf, chooseFrom } from './acceptance.ts';
import { ahead, begun } from './ahead.ts';
import { entityTag, isNotModified, sendMultipart, sendSingle } from './answer.ts';
import { convertedInstance } from './converted-instance.ts';
import { contentTypeOf, notAcceptable, type Packaging } from './media-types.ts';
import type { OutgoingPart } from './multipart.ts';
import type { DicomwebParts } from './parts.ts';
import { instancePath, selectInstances } from './selection.ts';
import { type FormOffer, instanceOffers } from './stored-form.ts';
import { targetOf } from './target.ts';
import { queryOf } from './warning.ts';
import { writeZip } from './zip.ts';

/** Instances that are opened before their turn to be sent. */
const openAhead = 2;

/** Every instance of the target as a part of its own; a single instance also as a single part. */
export const retrieveInstances = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const instances = await selectInstances(parts.archive, targetOf(request));
  return sendInstances(request, reply, { acceptance: acceptanceOf(request, query), instances }, parts);
};

export interface InstancesRequest {
  readonly acceptance: Acceptance;
  readonly instances: readonly [StoredInstance, ...StoredInstance[]];
}

export const sendInstances = async (
  request: FastifyRequest,
  reply: FastifyReply,
  { acceptance, instances }: InstancesRequest,
  parts: DicomwebParts,
) => {
  const { packaging, forms } = formsOf(acceptance, instances);
  const marks = instances.map(outgoingMark);
  const tag = entityTag([packaging, ...[...forms.values()].map(contentTypeOf), ...marks]);
  if (isNotModified(request, reply, tag)) return reply;
  const [first] = instances;
  const service = `${baseUrl(request, parts.publicUrl)}/dicom-web`;
  const outline = instances.map((instance) => outlineOf(instance, forms, service));
  const open = async (instance: StoredInstance) => partOf(instance, forms, service, parts);
  if (forms.get(first.transferSyntaxUid)?.mediaType === zip) return sendZip(request, reply, instances, open);
  if (packaging === 'multipart') {
    const opened = ahead(instances, openAhead, open, close);
    return sendMultipart(request, reply, { type: 'application/dicom', parts: opened, outline });
  }
  reply.header('content-disposition', `attachment; filename="${fileName(first.sopInstanceUid)}.dcm"`);
  return sendSingle(request, reply, await open(first));
};

const zip = 'application/zip';

/** As stored, whatever the syntax, unless another one is asked for. */
const zipOffers = (transferSyntaxUid: string, offers: readonly FormOffer[]): readonly FormOffer[] => [
  { mediaType: zip, transferSyntaxUid, asStored: true, packaging: 'single', defaultFor: 'type' },
  ...offers
    .filter(({ asStored }) => !asStored)
    .map(({ defaultFor: _default, ...offer }): FormOffer => ({ ...offer, mediaType: zip, packaging: 'single' })),
];

/** Digits and points only: what came from outside never gets into a header. */
const fileName = (uid: string): string => uid.replace(/[^\d.]/gu, '');

const sendZip = (
  request: FastifyRequest,
  reply: FastifyReply,
  instances: InstancesRequest['instances'],
  openPart: (instance: StoredInstance) => Promise<InstancePart>,
) => {
  const series = new Map<string, number>();
  const named = instances.map((instance, index) => {
    const number = series.get(instance.seriesInstanceUid) ?? series.size + 1;
    series.set(instance.seriesInstanceUid, number);
    return { instance, name: `series-${String(number).padStart(3, '0')}/${String(index + 1).padStart(5, '0')}.dcm` };
  });
  const open = async ({ instance, name }: (typeof named)[number]) => {
    const { body, contentLength = Number.MAX_SAFE_INTEGER } = await openPart(instance);
    return { name, expectedLength: contentLength, body };
  };
  const members = ahead(named, openAhead, open, close);
  reply.header('content-disposition', `attachment; filename="${fileName(instances[0].studyInstanceUid)}.zip"`);
  return sendSingle(request, reply, { contentType: zip, body: writeZip(members) });
};

type Forms = ReadonlyMap<string, FormOffer>;

/** In which form each stored transfer syntax is sent; all of them in one packaging. @throws HttpProblem not-acceptable */
const formsOf = (
  acceptance: Acceptance,
  instances: readonly StoredInstance[],
): { packaging: Packaging; forms: Forms } => {
  const forms = new Map<string, FormOffer>();
  const dicomPackagings: readonly Packaging[] = instances.length === 1 ? ['multipart', 'single'] : ['multipart'];
  let packagings: readonly Packaging[] = ['multipart', 'single'];
  for (const { transferSyntaxUid } of instances) {
    if (forms.has(transferSyntaxUid)) continue;
    const offers = offersOf(transferSyntaxUid, dicomPackagings);
    const choice = chooseFrom(acceptance, offers, packagings);
    if (choice === undefined) throw notAcceptable(offers, packagings);
    packagings = [choice.packaging];
    forms.set(transferSyntaxUid, choice.offer);
  }
  return { packaging: packagings[0] ?? 'multipart', forms };
};

const offersOf = (transferSyntaxUid: string, packagings: readonly Packaging[]): readonly FormOffer[] => {
  const offers = instanceOffers(transferSyntaxUid);
  const each = offers.flatMap((offer) => packagings.map((packaging) => ({ ...offer, packaging })));
  return [...each, ...zipOffers(transferSyntaxUid, offers)];
};

/** A part without its bytes; its length is known where the file is sent as it is. */
const outlineOf = (instance: StoredInstance, forms: Forms, service: string): Omit<OutgoingPart, 'body'> => {
  const form = forms.get(instance.transferSyntaxUid);
  return {
    contentType: form === undefined ? 'application/dicom' : contentTypeOf(form),
    contentLocation: `${service}${instancePath(instance)}`,
    ...(form?.asStored === false || instance.changes ? {} : { contentLength: instance.size }),
  };
};

interface InstancePart extends OutgoingPart {
  readonly body: AnyChunks;
}

const partOf = async (
  instance: StoredInstance,
  forms: Forms,
  service: string,
  parts: DicomwebParts,
): Promise<InstancePart> => {
  const { asStored = true, transferSyntaxUid = '' } = forms.get(instance.transferSyntaxUid) ?? {};
  const body = asStored
    ? instance.changes
      ? parts.archive.part10Bytes(instance)
      : await begun(parts.archive.lendPart10(instance))
    : await convertedInstance(instance, transferSyntaxUid, parts);
  return { ...outlineOf(instance, forms, service), body };
};

/** Closes a file that was opened and is not wanted any more. */
const close = ({ body }: Pick<InstancePart, 'body'>): void => {
  chunksInTurn(body)
    .return?.()
    .catch(() => undefined);
};
