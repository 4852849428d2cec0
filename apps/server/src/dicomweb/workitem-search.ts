// UPS-RS search: work items by their attributes. PS3.18 11.9.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptanceOf, choose } from './acceptance.ts';
import { modelOffers, sendDataSets } from './data-set-answer.ts';
import { parseQuery } from './query.ts';
import { pageOf } from './search-answers.ts';
import { parseKeys } from './search-parameters.ts';
import { warnOfIgnored } from './warning.ts';
import type { WorkitemParts } from './workitems.ts';

/** What an answer has without being asked, empty where nothing is known: the return keys of types 1 and 2 of PS3.4 Table CC.2.5-3. */
const returned: readonly string[] = [
  'SOPClassUID',
  'SOPInstanceUID',
  'ProcedureStepState',
  'ScheduledProcedureStepPriority',
  'ProcedureStepLabel',
  'WorklistLabel',
  'ScheduledProcessingParametersSequence',
  'ScheduledStationNameCodeSequence',
  'ScheduledStationClassCodeSequence',
  'ScheduledStationGeographicLocationCodeSequence',
  'ScheduledHumanPerformersSequence',
  'ScheduledProcedureStepStartDateTime',
  'ScheduledWorkitemCodeSequence',
  'InputReadinessState',
  'InputInformationSequence',
  'StudyInstanceUID',
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'IssuerOfPatientIDQualifiersSequence',
  'OtherPatientIDsSequence',
  'PatientBirthDate',
  'PatientSex',
  'AdmissionID',
  'IssuerOfAdmissionIDSequence',
  'AdmittingDiagnosesDescription',
  'AdmittingDiagnosesCodeSequence',
  'ReferencedRequestSequence',
  'ProcedureStepProgressInformationSequence',
];

/** Those of types 1C, 2C, and of type 3 that a list shows. */
const returnedWherePresent: readonly string[] = [
  'SpecificCharacterSet',
  'ScheduledProcedureStepModificationDateTime',
  'ExpectedCompletionDateTime',
  'MedicalAlerts',
  'PregnancyStatus',
  'SpecialNeeds',
];

export const searchWorkitems = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const query = parseQuery(request.url);
  const exchange = { request, reply, parts };
  const search = parseKeys(query);
  warnOfIgnored(exchange, search.ignored);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const found = parts.steps.find(search.keys, { matching: search.matching });
  const page = await pageOf(found, search, { exchange, returned, returnedWherePresent });
  return sendDataSets(request, reply, offer.mediaType, page);
};
