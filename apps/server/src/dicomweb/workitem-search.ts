// UPS-RS search: work items by their attributes. PS3.18 11.9.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptanceOf, choose } from './acceptance.ts';
import { modelOffers, sendDataSets } from './data-set-answer.ts';
import { parseQuery } from './query.ts';
import { pageOf } from './search-answers.ts';
import { parseKeys } from './search-parameters.ts';
import { warnOfIgnored } from './warning.ts';
import type { WorkitemParts } from './workitems.ts';

/** What an answer has without being asked: the required return keys of PS3.4 Table CC.2.5-3 that a list shows. */
const returned: readonly string[] = [
  'SpecificCharacterSet',
  'SOPClassUID',
  'SOPInstanceUID',
  'ProcedureStepState',
  'ScheduledProcedureStepPriority',
  'ScheduledProcedureStepModificationDateTime',
  'ProcedureStepLabel',
  'WorklistLabel',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ScheduledHumanPerformersSequence',
  'ScheduledProcedureStepStartDateTime',
  'ExpectedCompletionDateTime',
  'ScheduledWorkitemCodeSequence',
  'InputReadinessState',
  'InputInformationSequence',
  'StudyInstanceUID',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'AdmissionID',
  'ReferencedRequestSequence',
  'ProcedureStepProgressInformationSequence',
];

export const searchWorkitems = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const query = parseQuery(request.url);
  const exchange = { request, reply, parts };
  const search = parseKeys(query);
  warnOfIgnored(exchange, search.ignored);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const found = parts.steps.find(search.keys, { matching: search.matching });
  const page = await pageOf(found, search, { exchange, returned });
  return sendDataSets(request, reply, offer.mediaType, page);
};
