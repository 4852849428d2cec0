// The objects that are made here under the settings in force: what the statement tells of each, and a sample from the same maker. PS3.2 A.8.1.1
import type { ObjectBuilder } from '@concord/conformance';
import type { DataSet } from '@concord/dicom';
import { deidentify } from '@concord/dicom/deidentify';
import { derivedImages } from '../archive/derived-images.ts';
import { keyObjectDocuments } from '../key-objects/declaration.ts';
import { keyObjectDocument } from '../key-objects/document.ts';
import { titleGroupOf } from '../key-objects/title-group.ts';
import { deidentifiedCopies } from '../outgoing/deidentified-copies.ts';
import type { Configuration } from '../settings/settings.ts';
import { version } from '../version.ts';
import {
  sampleImage,
  sampleInstance,
  sampleSeries,
  sampleStudy,
  sampleSyntax,
  sampleUid,
  secondaryCapture,
} from './sample-image.ts';

export interface Sample {
  readonly dataSet: DataSet;
  readonly transferSyntaxUid: string;
}

/** One kind of objects. */
export interface MadeClass {
  readonly builder: ObjectBuilder;
  /** Made as the others are, of a test patient. */
  readonly sample: () => Promise<Sample>;
}

const plain = async (dataSet: DataSet): Promise<Sample> => ({ dataSet, transferSyntaxUid: sampleSyntax });

const jpegBaseline = '1.2.840.10008.1.2.4.50';

/** A selection of the sample image, under a title of the site where there is one. */
function keyObjectSample(settings: Configuration): DataSet {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  const group = titleGroupOf(settings, at);
  const title = group.titles.find(({ value }) => group.own.some((own) => own.value === value)) ?? group.titles[0];
  if (!title) throw new TypeError('the group has no title');
  const place = { studyInstanceUid: sampleStudy, seriesInstanceUid: sampleSeries };
  return keyObjectDocument({
    ...{ title, group, at, version, like: sampleImage(), seriesNumber: 9001, identical: [] },
    ...{ studyInstanceUid: sampleStudy, seriesInstanceUid: sampleUid(4), sopInstanceUid: sampleUid(5) },
    description: 'A sample of the conformance statement.',
    observer: 'ZZTEST^Observer',
    references: [
      { ...place, kind: 'IMAGE', sopClassUid: secondaryCapture, sopInstanceUid: sampleInstance, frames: [] },
    ],
  });
}

/** The encoder is loaded, and its thread started, for as long as the sample is made. */
async function derivedSample(): Promise<Sample> {
  const { createTestEncoder } = await import('./encode-test-object.ts');
  const encoder = createTestEncoder();
  try {
    const dataSet = sampleImage();
    const source = { sopClassUid: secondaryCapture, sopInstanceUid: sampleInstance, transferSyntaxUid: sampleSyntax };
    const open = async function* () {};
    const made = await encoder.encode(
      { ...source, dataSet, bytes: new Uint8Array(), open },
      jpegBaseline,
      sampleUid(6),
    );
    if (!made) throw new TypeError('the sample image cannot be encoded');
    return { dataSet: made.dataSet, transferSyntaxUid: jpegBaseline };
  } finally {
    await encoder.close();
  }
}

/** Selections always, copies for whom the settings ask for, other forms of images where a peer or a rule has it. */
export function madeClasses(configuration: Configuration): readonly MadeClass[] {
  const { peers, compressIncoming } = configuration;
  const derives =
    peers.some(({ lossy, photometric }) => lossy !== undefined || photometric !== undefined) ||
    compressIncoming.some(({ sopInstanceUid }) => sopInstanceUid === 'new');
  const secret = new TextEncoder().encode('of samples only.');
  return [
    { builder: keyObjectDocuments, sample: () => plain(keyObjectSample(configuration)) },
    ...(derives ? [{ builder: derivedImages, sample: derivedSample }] : []),
    ...deidentifiedCopies(configuration).map(({ builder, options }) => ({
      builder,
      sample: () => plain(deidentify(sampleImage(), { secret, options }).dataSet),
    })),
  ];
}
