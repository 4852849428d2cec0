// Data sets that are held whole as an answer: DICOM JSON in one part, or the Native DICOM Model in one part for each. PS3.18 8.7.3.2.
import { type DataSet, toJson, toXml } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendMultipart, sendSingle } from './answer.ts';

export const modelOffers = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

/** JSON is UTF-8, whatever a data set was written in: its Specific Character Set says so. PS3.18 F.2. */
const inUnicode = (dataSet: DataSet) => {
  const json = toJson(dataSet);
  return json['00080005'] === undefined ? json : { ...json, '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
};

/** In the chosen model. */
export const sendDataSets = (
  request: FastifyRequest,
  reply: FastifyReply,
  mediaType: string,
  dataSets: readonly DataSet[],
) => {
  if (mediaType === 'application/dicom+json') {
    const body = Buffer.from(JSON.stringify(dataSets.map(inUnicode)));
    const contentLength = body.length;
    return sendSingle(request, reply, { contentType: mediaType, contentLength, body: [body], isText: true });
  }
  const parts = dataSets.map((dataSet) => {
    const body = Buffer.from(toXml(dataSet));
    return { contentType: mediaType, contentLength: body.length, body: [body] };
  });
  return sendMultipart(request, reply, { type: mediaType, parts });
};
