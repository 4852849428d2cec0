// Storage commitment over the web: one resource for each request. PS3.18 13, J.1, J.2.
import { DataSet } from '@concord/dicom';
import type { ReferencedInstance } from '@concord/network';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  type CommitmentDemand,
  type CommitmentRequests,
  type CommitmentResult,
  mostInstances,
  type RunOfSeries,
} from '../commitment/commitment-requests.ts';
import { HttpProblem } from '../web/problem.ts';
import { acceptanceOf, choose } from './acceptance.ts';
import type { ServiceResource } from './capabilities.ts';
import { modelOffers, sendDataSets } from './data-set-answer.ts';
import type { DicomwebParts } from './parts.ts';
import { requestDataSet } from './request-data-set.ts';
import { uidParameter } from './target.ts';
import type { Transaction } from './transaction.ts';
import { queryOf } from './warning.ts';

interface CommitmentParts extends DicomwebParts {
  readonly commitmentRequests: CommitmentRequests;
}

export const createCommitmentResources = (parts: CommitmentParts): readonly ServiceResource[] => {
  const models = modelOffers.map(({ mediaType }) => mediaType);
  const check: Transaction = (request, reply) => checkResult(request, reply, parts);
  return [
    {
      path: '/commitment-requests/:transaction',
      name: 'Storage Commitment Request',
      methods: [
        { method: 'GET', request: [], response: models },
        { method: 'POST', request: models, response: models },
      ],
      transactions: { GET: check, HEAD: check, POST: (request, reply) => askForCommitment(request, reply, parts) },
    },
  ];
};

const transactionOf = (request: FastifyRequest): string => {
  const [, uid] = Object.entries(request.params ?? {}).find(([name]) => name === 'transaction') ?? [];
  return uidParameter('the Transaction UID', String(uid));
};

/** Answered with the result: every instance is looked up at once. */
const askForCommitment = async (request: FastifyRequest, reply: FastifyReply, parts: CommitmentParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const transactionUid = transactionOf(request);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const demand = readDemand(await requestDataSet(request, parts));
  const result = await parts.commitmentRequests.request({ transactionUid, ...demand });
  if (result === undefined) throw new HttpProblem('conflict', 'The Transaction UID is in use.');
  reply.header('cache-control', 'no-store');
  return sendDataSets(request, reply, offer.mediaType, [responseOf(result)]);
};

const checkResult = async (request: FastifyRequest, reply: FastifyReply, parts: CommitmentParts) => {
  const query = queryOf({ request, reply, parts }, ['accept', 'charset']);
  const { offer } = choose(acceptanceOf(request, query), modelOffers, ['single', 'multipart']);
  const result = await parts.commitmentRequests.result(transactionOf(request));
  if (result === undefined) throw new HttpProblem('not-found', 'Nobody has asked with this Transaction UID.');
  reply.header('cache-control', 'no-store');
  if (result === 'under way') return reply.code(202).header('retry-after', 1).send();
  return sendDataSets(request, reply, offer.mediaType, [responseOf(result)]);
};

interface Named extends ReferencedInstance {
  readonly study?: string;
  readonly series?: string;
}

/** The instances of the request, one by one or by study and series, each once. @throws HttpProblem */
const readDemand = (dataSet: DataSet): Omit<CommitmentDemand, 'transactionUid'> => {
  const flat = dataSet.items('ReferencedSOPSequence').map(named);
  const nested = dataSet.items('ReferencedStudySequence').flatMap(ofStudy);
  if (flat.length > 0 && nested.length > 0)
    throw new HttpProblem('malformed-request', 'The instances are named one by one, or by their studies, not both.');
  const all = [...flat, ...nested];
  if (all.length === 0)
    throw new HttpProblem(
      'malformed-request',
      'The body needs (0008,1199) Referenced SOP Sequence or (0008,1110) Referenced Study Sequence with instances.',
    );
  if (all.length > mostInstances)
    throw new HttpProblem('too-large', `At most ${mostInstances} instances can be asked for at once.`);
  const instances = [...new Map(all.map((each) => [`${each.sopClassUid} ${each.sopInstanceUid}`, each])).values()];
  const series = nested.length === 0 ? undefined : runsOf(instances);
  return {
    instances: instances.map(({ sopClassUid, sopInstanceUid }) => ({ sopClassUid, sopInstanceUid })),
    ...(series && { series }),
  };
};

const required = (item: DataSet, keyword: string): string => {
  const value = item.string(keyword);
  if (value !== undefined) return value;
  throw new HttpProblem('malformed-request', `An item has no ${keyword}.`);
};

const named = (item: DataSet): Named => ({
  sopClassUid: required(item, 'ReferencedSOPClassUID'),
  sopInstanceUid: required(item, 'ReferencedSOPInstanceUID'),
});

const ofStudy = (item: DataSet): readonly Named[] => {
  const study = required(item, 'StudyInstanceUID');
  return item.items('ReferencedSeriesSequence').flatMap((each) => {
    const series = required(each, 'SeriesInstanceUID');
    return each.items('ReferencedInstancesBySOPClassSequence').flatMap((group) => {
      const sopClassUid = required(group, 'ReferencedSOPClassUID');
      return group
        .items('ReferencedInstanceSequence')
        .map((one) => ({ study, series, sopClassUid, sopInstanceUid: required(one, 'ReferencedSOPInstanceUID') }));
    });
  });
};

const runsOf = (instances: readonly Named[]): readonly RunOfSeries[] => {
  const runs: { studyInstanceUid: string; seriesInstanceUid: string; count: number }[] = [];
  for (const { study: studyInstanceUid = '', series: seriesInstanceUid = '' } of instances) {
    const last = runs.at(-1);
    if (last?.studyInstanceUid === studyInstanceUid && last.seriesInstanceUid === seriesInstanceUid) last.count += 1;
    else runs.push({ studyInstanceUid, seriesInstanceUid, count: 1 });
  }
  return runs;
};

type Decided = CommitmentResult['instances'][number];

/** The Storage Commitment Response Module, in the form of the request. */
const responseOf = ({ instances, series }: CommitmentResult): DataSet => {
  const dataSet = new DataSet();
  const put = (keyword: string, items: readonly DataSet[]): void => {
    if (items.length > 0) dataSet.set(keyword, items);
  };
  const committed = ({ reason }: Decided): boolean => reason === 0;
  const failed = ({ reason }: Decided): boolean => reason !== 0;
  if (series === undefined) {
    put('ReferencedSOPSequence', instances.filter(committed).map(itemOf));
    put('FailedSOPSequence', instances.filter(failed).map(itemOf));
  } else {
    put('ReferencedStudySequence', byStudy(instances, series, committed));
    put('FailedStudySequence', byStudy(instances, series, failed));
  }
  return dataSet;
};

const itemOf = ({ sopClassUid, sopInstanceUid, reason }: Decided): DataSet => {
  const item = new DataSet();
  item.set('ReferencedSOPClassUID', sopClassUid);
  item.set('ReferencedSOPInstanceUID', sopInstanceUid);
  if (reason !== 0) item.set('FailureReason', reason);
  return item;
};

const containing = (values: Readonly<Record<string, string>>, keyword: string, items: readonly DataSet[]): DataSet => {
  const item = new DataSet();
  for (const [name, value] of Object.entries(values)) item.set(name, value);
  item.set(keyword, items);
  return item;
};

/** Items of studies with the series and classes of those instances that are taken. */
const byStudy = (
  instances: readonly Decided[],
  series: readonly RunOfSeries[],
  takes: (instance: Decided) => boolean,
): readonly DataSet[] => {
  let at = 0;
  const runs = series.map(({ count, ...uids }) => {
    at += count;
    return { ...uids, taken: instances.slice(at - count, at).filter(takes) };
  });
  const full = runs.filter(({ taken }) => taken.length > 0);
  return [...Map.groupBy(full, ({ studyInstanceUid }) => studyInstanceUid)].map(([StudyInstanceUID, ofOne]) => {
    const items = ofOne.map(({ seriesInstanceUid: SeriesInstanceUID, taken }) => {
      const classes = [...Map.groupBy(taken, ({ sopClassUid }) => sopClassUid)].map(([ReferencedSOPClassUID, some]) =>
        containing({ ReferencedSOPClassUID }, 'ReferencedInstanceSequence', some.map(itemOf)),
      );
      return containing({ SeriesInstanceUID }, 'ReferencedInstancesBySOPClassSequence', classes);
    });
    return containing({ StudyInstanceUID }, 'ReferencedSeriesSequence', items);
  });
};
