// UPS-RS search: work items by their attributes. PS3.18 11.9.
import { DataSet, fromJson, toJson } from '@concord/dicom';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { acceptanceOf, choose } from './acceptance.ts';
import { parseQuery } from './query.ts';
import { parseKeys } from './search-parameters.ts';
import { sendSteps, serviceOf, type WorkitemParts } from './workitems.ts';

const models = [
  { mediaType: 'application/dicom+json', defaultFor: 'category', packaging: 'single' },
  { mediaType: 'application/dicom+xml', packaging: 'multipart' },
] as const;

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

/** Work items in one answer. */
const most = 5000;

export const searchWorkitems = async (request: FastifyRequest, reply: FastifyReply, parts: WorkitemParts) => {
  const query = parseQuery(request.url);
  const { keys, fields, limit = most, offset } = parseKeys(query);
  const { offer } = choose(acceptanceOf(request, query), models, ['single', 'multipart']);
  const shown = answerOf(fields);
  const answers: DataSet[] = [];
  let found = 0;
  for await (const step of parts.steps.find(keys)) {
    found += 1;
    if (found > offset && answers.length < Math.min(limit, most)) answers.push(shown(step));
  }
  const rest = found - offset - answers.length;
  if (rest > 0 && found > offset) {
    const text = `There are ${rest} additional results that can be requested`;
    reply.header('warning', `299 ${serviceOf(request, parts)}: ${text}`);
  }
  reply.header('cache-control', 'no-store');
  return sendSteps(request, reply, offer.mediaType, answers);
};

/** A step with the attributes that are wanted. */
const answerOf = ({ all, paths }: { readonly all: boolean; readonly paths: readonly string[] }) => {
  if (all) return (step: DataSet) => step;
  const names = new DataSet();
  for (const path of [...returned, ...paths]) names.set(path.split(/[.[]/u)[0] ?? path, null);
  const wanted = new Set(Object.keys(toJson(names)));
  return (step: DataSet) =>
    fromJson(Object.fromEntries(Object.entries(toJson(step)).filter(([tag]) => wanted.has(tag))));
};
