// Requests about media, checked and passed on; what comes up streams to the disk.
import type { FastifyRequest } from 'fastify';
import type { MediaAction } from '../media/actions.ts';
import { instancesIn, patientsOf } from '../media/contents.ts';
import { MediaRefusal } from '../media/media-refusal.ts';
import type { Media } from '../media/open-media.ts';
import type { OpenedMedium } from '../media/opened-media.ts';
import type { WebLimits } from '../web/limits.ts';
import { HttpProblem, type ProblemKind } from '../web/problem.ts';
import { requestBody } from '../web/request-body.ts';
import { checked, jsonBody } from './job-answers.ts';
import {
  actRequest,
  fileQuery,
  folderQuery,
  instancesQuery,
  openRequest,
  openUploadRequest,
} from './media-endpoints.ts';

export interface MediaAnswerParts {
  readonly media: Media;
  readonly limits: WebLimits;
}

const kinds: Readonly<Record<MediaRefusal['fault'], ProblemKind>> = {
  'not-allowed': 'not-allowed',
  'no-such-folder': 'not-found',
  'no-such-medium': 'not-found',
  'no-such-upload': 'not-found',
  'no-such-action': 'not-found',
  'no-such-peer': 'not-found',
  'nothing-chosen': 'invalid-parameter',
  'bad-name': 'invalid-parameter',
  'bad-zip': 'malformed-request',
  'too-large': 'too-large',
  'too-many': 'conflict',
  'not-sent': 'peer-failed',
  unreadable: 'conflict',
  busy: 'conflict',
};

/** Paths and names from outside stand in these texts as JSON only where a browser shows them as text. */
const answered = async <T>(work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MediaRefusal)) throw error;
    throw new HttpProblem(kinds[error.fault], error.message, { cause: error });
  }
};

const parameter = ({ params }: FastifyRequest): string => Object.values(params ?? {}).join('');

const mostListed = 100;

const summary = ({ id, title, openedAt, fileSet }: OpenedMedium) => {
  const { from, fileSetId, patients, others } = fileSet;
  const series = patients.flatMap(({ studies }) => studies.flatMap((study) => study.series));
  const instances = series.reduce((sum, each) => sum + each.instances.length, others.length);
  return { id, title, openedAt, from, fileSetId, instances };
};

const contents = (opened: OpenedMedium) => {
  const { others, passedOver, unreferenced, findings } = opened.fileSet;
  return {
    ...summary(opened),
    patients: patientsOf(opened.fileSet),
    others: others.length,
    passedOver: passedOver.slice(0, mostListed),
    unreferenced: unreferenced.slice(0, mostListed),
    findings: findings.map(({ severity, place, text }) => ({ severity, place, text })),
    notes: opened.notes,
  };
};

/** One answer for each endpoint of media-endpoints.ts. */
export const mediaAnswers = (parts: MediaAnswerParts) => ({ ...openingAnswers(parts), ...actingAnswers(parts) });

const openingAnswers = ({ media, limits }: MediaAnswerParts) => {
  const bodyOf = ({ raw }: FastifyRequest) => requestBody(raw, { ...limits, bytes: limits.storeBodyBytes });
  return {
    media: async () => ({
      folders: await media.roots(),
      uploadLimit: media.uploadLimit,
      opened: media.opened.list().map(summary),
      actions: media.actions.list(),
    }),
    mediaFolders: (request: FastifyRequest) => {
      const { path } = checked(folderQuery, request.query, 'invalid-parameter');
      return answered(() => media.folders(path));
    },
    openMedium: async (request: FastifyRequest) => {
      const { path } = await jsonBody(request, openRequest, limits);
      return answered(() => media.openFolder(path));
    },
    beginUpload: () => answered(async () => ({ upload: await media.beginUpload() })),
    uploadFile: (request: FastifyRequest) => {
      const { path } = checked(fileQuery, request.query, 'invalid-parameter');
      const upload = parameter(request);
      return answered(async () => {
        await media.upload(upload).addFile(path, bodyOf(request));
        return { upload };
      });
    },
    uploadZip: (request: FastifyRequest) => {
      const upload = parameter(request);
      return answered(async () => {
        await media.upload(upload).addZip(bodyOf(request));
        return { upload };
      });
    },
    openUpload: async (request: FastifyRequest) => {
      const { title } = await jsonBody(request, openUploadRequest, limits);
      return answered(() => media.openUpload(parameter(request), title));
    },
    dropUpload: (request: FastifyRequest) => {
      const upload = parameter(request);
      return answered(async () => {
        await media.dropUpload(upload);
        return { upload };
      });
    },
  };
};

const actingAnswers = ({ media, limits }: MediaAnswerParts) => {
  const actionOf = (request: FastifyRequest): MediaAction => {
    const action = media.actions.get(parameter(request));
    if (!action) throw new HttpProblem('not-found', 'There is no such action, or it is long over.');
    return action;
  };
  return {
    medium: (request: FastifyRequest) => answered(() => contents(media.opened.get(parameter(request)))),
    mediumInstances: (request: FastifyRequest) => {
      const { item } = checked(instancesQuery, request.query, 'invalid-parameter');
      return answered(() => instancesIn(media.opened.get(parameter(request)).fileSet, item));
    },
    actOnMedium: async (request: FastifyRequest) => {
      const wish = await jsonBody(request, actRequest, limits);
      return answered(() => media.act(parameter(request), { ...wish, cause: `web ${request.ip}` }));
    },
    closeMedium: (request: FastifyRequest) =>
      answered(async () => {
        const closed = summary(media.opened.get(parameter(request)));
        await media.closeMedium(closed.id);
        return closed;
      }),
    mediaAction: actionOf,
    cancelMediaAction: (request: FastifyRequest) => {
      const { action, state } = actionOf(request);
      if (!media.actions.cancel(action))
        throw new HttpProblem('conflict', `An action that is ${state} cannot be stopped.`);
      return actionOf(request);
    },
  };
};
