// Every resource of the studies service with its methods and media types: one table for routes and capabilities.
// PS3.18 Tables 10.3-2, 10.4.1-1 to 10.4.1-4, 10.6.1-1.
import { retrieveAllBulkData, retrievePixelData } from './all-bulk-data.ts';
import { retrieveBulkData } from './bulk-data.ts';
import { documentMediaTypes } from './document-media-types.ts';
import { retrieveFrames } from './frames.ts';
import { retrieveMetadata } from './metadata.ts';
import type { DicomwebParts } from './parts.ts';
import { search } from './qido.ts';
import { rejectInstances } from './reject.ts';
import { retrieveRendered, retrieveThumbnail } from './rendered.ts';
import { renderedMediaTypes, stillMediaTypes } from './rendered-media-types.ts';
import { storeInstances } from './stow.ts';
import type { Transaction } from './transaction.ts';
import { retrieveInstances } from './wado.ts';

export interface Resource {
  /** From the address of the service, with variables as `:name`. */
  readonly path: string;
  readonly name: string;
  readonly get?: Transaction;
  readonly post?: Transaction;
  readonly remove?: Transaction;
  /** What GET can answer with. */
  readonly mediaTypes: readonly string[];
}

const models = ['application/dicom+json', 'multipart/related; type="application/dicom+xml"'];
const instances = ['multipart/related; type="application/dicom"', 'application/dicom'];
/** Of videos, as they are stored, what is not among those that are made. */
const videos = ['video/mpeg', 'video/mp2t'];
const octets = ['multipart/related; type="application/octet-stream"', 'application/octet-stream'];
const allOctets = octets.slice(0, 1);
const compressed = [
  'image/jpeg',
  'image/dicom-rle',
  'image/jls',
  'image/jp2',
  'image/jpx',
  'image/jphc',
  'image/jxl',
].map((type) => `multipart/related; type="${type}"`);

const study = '/studies/:study';
const series = `${study}/series/:series`;
const instance = `${series}/instances/:instance`;
const frames = `${instance}/frames/:frames`;

/** A table of its own for each server: what a transaction keeps belongs to one archive. */
export const createResources = ({ webDelete = 'off' }: Pick<DicomwebParts, 'webDelete'>): readonly Resource[] => {
  const metadata = retrieveMetadata();
  const deletion = webDelete === 'off' ? {} : { remove: rejectInstances };
  return [
    { path: '/studies', name: 'All Studies', get: search('STUDY'), post: storeInstances, mediaTypes: models },
    { path: '/series', name: 'All Series', get: search('SERIES'), mediaTypes: models },
    { path: '/instances', name: 'All Instances', get: search('IMAGE'), mediaTypes: models },
    { path: `${study}/series`, name: "Study's Series", get: search('SERIES'), mediaTypes: models },
    { path: `${study}/instances`, name: "Study's Instances", get: search('IMAGE'), mediaTypes: models },
    { path: `${series}/instances`, name: "Series' Instances", get: search('IMAGE'), mediaTypes: models },
    { path: study, name: 'Study', get: retrieveInstances, post: storeInstances, ...deletion, mediaTypes: instances },
    { path: series, name: 'Series', get: retrieveInstances, ...deletion, mediaTypes: instances },
    { path: instance, name: 'Instance', get: retrieveInstances, ...deletion, mediaTypes: instances },
    { path: `${study}/metadata`, name: 'Study Metadata', get: metadata, mediaTypes: models },
    { path: `${series}/metadata`, name: 'Series Metadata', get: metadata, mediaTypes: models },
    { path: `${instance}/metadata`, name: 'Instance Metadata', get: metadata, mediaTypes: models },
    { path: frames, name: 'Frames', get: retrieveFrames, mediaTypes: [...octets, ...compressed] },
    { path: `${study}/bulkdata`, name: 'Study Bulkdata', get: retrieveAllBulkData, mediaTypes: allOctets },
    { path: `${series}/bulkdata`, name: 'Series Bulkdata', get: retrieveAllBulkData, mediaTypes: allOctets },
    { path: `${instance}/bulkdata`, name: 'Instance Bulkdata', get: retrieveAllBulkData, mediaTypes: allOctets },
    { path: `${instance}/bulkdata/:path`, name: 'Bulkdata', get: retrieveBulkData, mediaTypes: octets },
    { path: `${study}/pixeldata`, name: 'Study Pixel Data', get: retrievePixelData, mediaTypes: allOctets },
    { path: `${series}/pixeldata`, name: 'Series Pixel Data', get: retrievePixelData, mediaTypes: allOctets },
    { path: `${instance}/pixeldata`, name: 'Instance Pixel Data', get: retrievePixelData, mediaTypes: allOctets },
    { path: `${study}/rendered`, name: 'Rendered Study', get: retrieveRendered, mediaTypes: renderedMediaTypes },
    { path: `${series}/rendered`, name: 'Rendered Series', get: retrieveRendered, mediaTypes: renderedMediaTypes },
    {
      path: `${instance}/rendered`,
      name: 'Rendered Instance',
      get: retrieveRendered,
      mediaTypes: [...renderedMediaTypes, ...videos, ...documentMediaTypes],
    },
    { path: `${frames}/rendered`, name: 'Rendered Frames', get: retrieveRendered, mediaTypes: renderedMediaTypes },
    { path: `${study}/thumbnail`, name: 'Study Thumbnail', get: retrieveThumbnail, mediaTypes: stillMediaTypes },
    { path: `${series}/thumbnail`, name: 'Series Thumbnail', get: retrieveThumbnail, mediaTypes: stillMediaTypes },
    { path: `${instance}/thumbnail`, name: 'Instance Thumbnail', get: retrieveThumbnail, mediaTypes: stillMediaTypes },
    { path: `${frames}/thumbnail`, name: 'Frame Thumbnail', get: retrieveThumbnail, mediaTypes: stillMediaTypes },
  ];
};
