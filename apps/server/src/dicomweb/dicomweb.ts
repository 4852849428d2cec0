// DICOMweb: the routes of every resource, and what each answers to a method it does not have. PS3.18 8 to 10.
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../web/problem.ts';
import { type DescribedResource, described, retrieveCapabilities, type ServiceResource } from './capabilities.ts';
import { createCommitmentResources } from './commitment-resources.ts';
import { createNonPatientResources } from './non-patient-resources.ts';
import type { DicomwebParts } from './parts.ts';
import { createResources } from './resources.ts';
import type { Transaction } from './transaction.ts';
import { retrieveByUri, uriResource } from './wado-uri.ts';
import { createWorkitemResources } from './workitem-resources.ts';

/** Adds the routes to `app`, whose prefix is the path of the service. */
export const registerDicomweb = (app: FastifyInstance, parts: DicomwebParts): void => {
  const resources = createResources(parts);
  const studies = resources.map((one): ServiceResource => {
    const { get, post, remove } = one;
    const transactions = {
      ...(get === undefined ? {} : { GET: get, HEAD: get }),
      ...(post === undefined ? {} : { POST: post }),
      ...(remove === undefined ? {} : { DELETE: remove }),
    };
    return { ...described(one), transactions };
  });
  const all = [...studies, ...otherServices(parts)];
  for (const { transactions, ...one } of all) resource(app, one.path, parts, { ...transactions, ...optionsOf([one]) });
  resource(app, '/', parts, optionsOf(all.map(({ transactions: _transactions, ...one }) => one)));
};

/** What every address says of itself. PS3.18 8.9, RFC 9110 9.3.7. */
const optionsOf = (resources: readonly DescribedResource[]) => ({ OPTIONS: retrieveCapabilities(resources) });

/** Resources of the services beside that of studies, as far as what they stand on is there. PS3.18 11 to 13. */
const otherServices = (parts: DicomwebParts): readonly ServiceResource[] => {
  const { steps, nonPatient, commitmentRequests } = parts;
  return [
    ...(steps ? createWorkitemResources({ ...parts, steps }) : []),
    ...(nonPatient ? createNonPatientResources({ ...parts, nonPatient }) : []),
    ...(commitmentRequests ? createCommitmentResources({ ...parts, commitmentRequests }) : []),
  ];
};

/** Adds the URI service, which has an address of its own. PS3.18 9. */
export const registerWadoUri = (app: FastifyInstance, parts: DicomwebParts): void =>
  resource(app, uriResource.path, parts, {
    GET: retrieveByUri,
    HEAD: retrieveByUri,
    OPTIONS: retrieveCapabilities([uriResource], ''),
  });

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
type Method = (typeof allMethods)[number];

/** One address with its methods; every other method is answered with 405 and the list of those there are. */
const resource = (
  app: FastifyInstance,
  url: string,
  parts: DicomwebParts,
  transactions: Partial<Record<Method, Transaction>>,
): void => {
  const allow = allMethods.filter((method) => transactions[method] !== undefined).join(', ');
  for (const method of allMethods) {
    const transaction = transactions[method];
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        if (method === 'OPTIONS') reply.header('allow', allow);
        if (transaction !== undefined) return transaction(request, reply, parts);
        const off = method === 'DELETE' ? ' Deleting over the web is switched off, or not possible here.' : '';
        throw new HttpProblem('method-not-allowed', `Here are: ${allow}.${off}`, { headers: { allow } });
      },
    });
  }
};
