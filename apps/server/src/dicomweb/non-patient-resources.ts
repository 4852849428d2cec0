// Every resource of the non-patient instance service with its methods: one table for routes and capabilities. PS3.18 12.1 to 12.6.
import type { FastifyRequest } from 'fastify';
import { categories, categoryNames } from '../non-patient/categories.ts';
import type { ServiceResource } from './capabilities.ts';
import { type NonPatientParts, retrieveNonPatient, searchNonPatient } from './non-patient.ts';
import { storedTypes, storeNonPatient } from './non-patient-store.ts';
import { uidParameter } from './target.ts';
import type { Transaction } from './transaction.ts';

const models = ['application/dicom+json', 'multipart/related; type="application/dicom+xml"'];
const report = ['application/dicom+json', 'application/dicom+xml'];

const uidOf = (request: FastifyRequest): string | undefined => {
  const [, uid] = Object.entries(request.params ?? {}).find(([name]) => name === 'object') ?? [];
  return typeof uid === 'string' ? uidParameter('the object', uid) : undefined;
};

export const createNonPatientResources = (parts: NonPatientParts): readonly ServiceResource[] =>
  categoryNames.flatMap((category) => {
    const { title } = categories[category];
    const search: Transaction = (request, reply) => searchNonPatient(request, reply, parts, category);
    const retrieve: Transaction = (request, reply) =>
      retrieveNonPatient(request, reply, parts, { category, sopInstanceUid: uidOf(request) ?? '' });
    const store: Transaction = (request, reply) =>
      storeNonPatient(request, reply, parts, { category, sopInstanceUid: uidOf(request) });
    const stored = { method: 'POST', request: storedTypes, response: report };
    return [
      {
        path: `/${category}`,
        name: title,
        methods: [{ method: 'GET', request: [], response: models }, stored],
        transactions: { GET: search, HEAD: search, POST: store },
      },
      {
        path: `/${category}/:object`,
        name: `One of ${title}`,
        methods: [{ method: 'GET', request: [], response: [...models, 'application/dicom'] }, stored],
        transactions: { GET: retrieve, HEAD: retrieve, POST: store },
      },
    ];
  });
