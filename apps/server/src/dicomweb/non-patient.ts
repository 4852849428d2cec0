// Objects that belong to no patient over the web: search and retrieve. PS3.18 12.4, 12.6.
import { explicitVrLittleEndian, fileMetaInformation, readDataSet, writeDataSet } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type CategoryName, categories, categoryOf } from '../non-patient/categories.ts';
import type { NonPatientObject, NonPatientObjects } from '../non-patient/non-patient-objects.ts';
import { baseUrl } from '../web/base-url.ts';
import { HttpProblem } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import { entityTag, isNotModified, sendSingle } from './answer.ts';
import { modelOffers, sendDataSets } from './data-set-answer.ts';
import type { DicomwebParts } from './parts.ts';
import { parseQuery } from './query.ts';
import { pageOf } from './search-answers.ts';
import { parseKeys } from './search-parameters.ts';
import { queryOf, warnOfIgnored } from './warning.ts';

export interface NonPatientParts extends DicomwebParts {
  readonly nonPatient: NonPatientObjects;
}

export const serviceOf = (request: FastifyRequest, { publicUrl }: DicomwebParts): string =>
  `${baseUrl(request, publicUrl)}/dicom-web`;

export const searchNonPatient = async (
  request: FastifyRequest,
  reply: FastifyReply,
  parts: NonPatientParts,
  category: CategoryName,
) => {
  const query = parseQuery(request.url);
  const exchange = { request, reply, parts };
  const search = parseKeys(query);
  warnOfIgnored(exchange, search.ignored);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const service = serviceOf(request, parts);
  const found = parts.nonPatient.find(category, search.keys, search.matching);
  const page = await pageOf(found, search, { exchange, returned: categories[category].returned });
  for (const answer of page) answer.set('RetrieveURL', `${service}/${category}/${answer.string('SOPInstanceUID')}`);
  return sendDataSets(request, reply, offer.mediaType, page);
};

/** As a file: in the syntax it came in where that may go over the web, else in the default one. */
const offersOf = ({ transferSyntaxUid }: NonPatientObject) => {
  const syntaxes = new Set([explicitVrLittleEndian, ...(transferSyntaxUid === deflated ? [deflated] : [])]);
  const files = [...syntaxes].map((uid) => ({
    mediaType: 'application/dicom',
    transferSyntaxUid: uid,
    packaging: 'single' as const,
    ...(uid === explicitVrLittleEndian ? { defaultFor: 'type' as const } : {}),
  }));
  return [...modelOffers, ...files];
};

const deflated = '1.2.840.10008.1.2.1.99';

export const retrieveNonPatient = async (
  request: FastifyRequest,
  reply: FastifyReply,
  parts: NonPatientParts,
  { category, sopInstanceUid }: { readonly category: CategoryName; readonly sopInstanceUid: string },
) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const object = await parts.nonPatient.read(sopInstanceUid);
  if (object === undefined || categoryOf(object.sopClassUid) !== category)
    throw new HttpProblem('not-found', `There is no such object among ${category}.`);
  const { offer } = choose(acceptanceOf(request, query), offersOf(object), ['single', 'multipart']);
  const syntax = 'transferSyntaxUid' in offer ? offer.transferSyntaxUid : undefined;
  if (isNotModified(request, reply, entityTag([object.digest, offer.mediaType, syntax ?? '']))) return reply;
  const { transferSyntaxUid, dataSet } = object;
  if (syntax === undefined)
    return sendDataSets(request, reply, offer.mediaType, [readDataSet(dataSet, transferSyntaxUid)]);
  const bytes = syntax === transferSyntaxUid ? dataSet : writeDataSet(readDataSet(dataSet, transferSyntaxUid), syntax);
  const { classUid: implementationClassUid, versionName: implementationVersionName } = parts.implementation;
  const meta = fileMetaInformation({
    ...object,
    transferSyntaxUid: syntax,
    implementationClassUid,
    implementationVersionName,
  });
  reply.header('content-disposition', `attachment; filename="${object.sopInstanceUid}.dcm"`);
  const contentType = `application/dicom; transfer-syntax=${syntax}`;
  return sendSingle(request, reply, { contentType, contentLength: meta.length + bytes.length, body: [meta, bytes] });
};
