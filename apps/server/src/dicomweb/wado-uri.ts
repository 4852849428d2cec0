// WADO-URI: one instance, rendered or as it is, named by query parameters. PS3.18 9.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StoredInstance } from '../archive/archive.ts';
import { outgoingMark } from '../archive/outgoing-changes.ts';
import { HttpProblem } from '../web/problem.ts';
import type { NamedFrame } from './blended.ts';
import type { DescribedResource } from './capabilities.ts';
import { isDocument } from './document-makings.ts';
import { type MediaRange, parseAccept } from './media-range.ts';
import type { DicomwebParts } from './parts.ts';
import { presentedBy } from './presented.ts';
import { invalid, type Query, single } from './query.ts';
import { sendRendered } from './rendered.ts';
import { sendDocument } from './rendered-document.ts';
import { parseAnnotation, parseViewport, parseWindow, type RenderedParameters } from './rendered-parameters.ts';
import { isVideo, refuseChanges, sendVideo } from './rendered-video.ts';
import { selectInstance } from './selection.ts';
import { frameNumbers, uidParameter } from './target.ts';
import { sendInstances } from './wado.ts';
import { anonymousWhereAsked } from './wado-uri-anonymous.ts';
import { queryOf } from './warning.ts';

const identifying = ['requestType', 'studyUID', 'seriesUID', 'objectUID', 'contentType', 'charset', 'anonymize'];
const rendering = [
  ...['frameNumber', 'imageQuality', 'rows', 'columns', 'region', 'windowCenter', 'windowWidth'],
  ...['annotation', 'imageAnnotation'], // PS3.18 9.5.1 has the one, Table 9.5.1-1 the other
  ...['presentationSeriesUID', 'presentationUID'],
];
const known = [...identifying, ...rendering, 'transferSyntax'];

/** The one resource of the service, from the address of the server. */
export const uriResource: DescribedResource = {
  path: '/wado',
  name: 'Instance by URI',
  methods: [{ method: 'GET', parameters: known, request: [], response: ['image/jpeg', 'application/dicom'] }],
};

/** The URI service. `contentType=application/dicom` gives the instance, everything else a picture of it. */
export const retrieveByUri = async (request: FastifyRequest, reply: FastifyReply, parts: DicomwebParts) => {
  const query = queryOf({ request, reply, parts }, known);
  if (single(query, 'requestType') !== 'WADO') throw invalid('requestType', 'must be WADO');
  const stored = await selectInstance(parts.archive, {
    studyInstanceUid: uidOf(query, 'studyUID'),
    seriesInstanceUid: uidOf(query, 'seriesUID'),
    sopInstanceUid: uidOf(query, 'objectUID'),
  });
  const instance = await anonymousWhereAsked(query, stored, parts);
  const contentType = single(query, 'contentType') ?? request.headers.accept ?? '*/*';
  const accepted = parseAccept(contentType);
  if (query.has('contentType')) checkContentType(accepted);
  if (!accepted.some(({ type }) => type === 'application/dicom')) {
    const frame = single(query, 'frameNumber');
    const numbers = frame === undefined ? undefined : [oneFrame(frame, instance)];
    const asked = { acceptance: [accepted], instances: [instance] as const, numbers };
    if (isDocument(instance)) return sendDocument(request, reply, { ...asked, instance }, parts);
    if (isVideo(instance)) {
      refuseChanges(query, rendering);
      return sendVideo(request, reply, { ...asked, instance }, parts);
    }
    const options = parametersOf(query, instance);
    const state = await stateOf(query, { instance, number: numbers?.[0] }, parts);
    return sendRendered(request, reply, { ...asked, ...state, options }, parts);
  }
  const misplaced = rendering.find((name) => query.has(name));
  if (misplaced !== undefined) throw invalid(misplaced, 'belongs to pictures, not to application/dicom');
  const syntax = single(query, 'transferSyntax');
  const range = `application/dicom${syntax === undefined ? '' : `; transfer-syntax=${syntaxOf(syntax)}`}`;
  return sendInstances(request, reply, { acceptance: [parseAccept(range)], instances: [instance] }, parts);
};

/** Either the instance or pictures of it; what qualifies them has parameters of its own. PS3.18 9.1.2.2.1. @throws HttpProblem invalid-parameter */
const checkContentType = (accepted: readonly MediaRange[]): void => {
  const names = accepted.flatMap(({ parameters }) => [...parameters.keys()]);
  if (names.includes('transfer-syntax')) throw invalid('contentType', 'has no transfer syntax: see transferSyntax');
  if (names.includes('charset')) throw invalid('contentType', 'has no character set: see charset');
  if (accepted.length > 1 && accepted.some(({ type }) => type === 'application/dicom'))
    throw invalid('contentType', 'is application/dicom, or a list of other media types');
};

/** The presentation state that the picture is to be shown with. PS3.18 9.5.1.2.7. */
const stateOf = async (query: Query, frame: NamedFrame, { archive }: DicomwebParts) => {
  if (!query.has('presentationUID') && !query.has('presentationSeriesUID')) return {};
  if (query.has('windowCenter')) throw invalid('windowCenter', 'and a presentation state exclude each other');
  const [stateInstance] = await archive.instances({
    studyInstanceUid: frame.instance.studyInstanceUid,
    seriesInstanceUid: uidOf(query, 'presentationSeriesUID'),
    sopInstanceUid: uidOf(query, 'presentationUID'),
  });
  if (stateInstance === undefined) throw invalid('presentationUID', 'names no presentation state of the study'); // 9.5.2.3
  const pictures = await presentedBy(stateInstance, frame, archive);
  return { pictures, marks: [outgoingMark(stateInstance)] };
};

const uidOf = (query: Query, name: string): string => {
  const text = single(query, name);
  if (text === undefined) throw invalid(name, 'is missing');
  return uidParameter(name, text);
};

const syntaxOf = (text: string): string => (text === '*' ? text : uidParameter('transferSyntax', text));

/** PS3.18 9.5.2.1. */
const oneFrame = (text: string, { numberOfFrames }: StoredInstance): number => {
  const [number, ...others] = frameNumbers(text);
  if (number === undefined || others.length > 0) throw invalid('frameNumber', 'is one number');
  if (number > numberOfFrames) throw invalid('frameNumber', `is at most ${numberOfFrames} here`);
  return number;
};

/** The parameters in the words of the RESTful service, whose syntax checks them too. */
const parametersOf = (query: Query, instance: StoredInstance): RenderedParameters => {
  const center = single(query, 'windowCenter');
  const width = single(query, 'windowWidth');
  if ((center === undefined) !== (width === undefined)) throw invalid('windowCenter', 'and windowWidth go together');
  const quality = single(query, 'imageQuality');
  const annotation = single(query, 'annotation') ?? single(query, 'imageAnnotation');
  if (quality !== undefined && !/^(?:[1-9]\d?|100)$/u.test(quality)) throw invalid('imageQuality', 'is from 1 to 100');
  return {
    ...(center === undefined ? {} : { window: parseWindow(`${center},${width},linear`) }),
    ...(quality === undefined ? {} : { quality: Number(quality) }),
    ...(annotation === undefined ? {} : parseAnnotation(annotation)),
    ...viewportOf(query, instance),
  };
};

/** Rows and columns are maxima; a region is given in fractions of the image, and keeps its size without them. */
const viewportOf = (query: Query, { rows = 0, columns = 0 }: StoredInstance): Pick<RenderedParameters, 'viewport'> => {
  const region = single(query, 'region');
  const [height, width] = [single(query, 'rows'), single(query, 'columns')];
  if (region === undefined && height === undefined && width === undefined) return {};
  const [left, top, right, bottom] = regionOf(region ?? '0,0,1,1');
  const source = [left * columns, top * rows, (right - left) * columns, (bottom - top) * rows];
  const whole = source.map((value) => Math.max(0, Math.round(value)));
  if (whole[2] === 0 || whole[3] === 0) throw new HttpProblem('invalid-parameter', 'The region holds no pixel.');
  const unbounded = height === undefined && width === undefined;
  const fitted = unbounded ? [whole[2], whole[3]] : [width ?? maximumSize, height ?? maximumSize];
  return { viewport: parseViewport([...fitted, ...(region === undefined ? [] : whole)].join()) };
};

const maximumSize = 8192;

const regionOf = (text: string): [number, number, number, number] => {
  const values = text
    .split(',')
    .map((value) => (/^(?:[01](?:\.\d{0,12})?|\.\d{1,12})$/u.test(value.trim()) ? Number(value) : Number.NaN));
  const [left = Number.NaN, top = Number.NaN, right = Number.NaN, bottom = Number.NaN] = values;
  if (values.length === 4 && left < right && top < bottom && right <= 1 && bottom <= 1)
    return [left, top, right, bottom];
  throw invalid('region', 'is xmin,ymin,xmax,ymax, each from 0 to 1');
};
