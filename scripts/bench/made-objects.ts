// Objects that are made while they are sent: small ones in any number, and one of many frames on the disk.
import { appendFileSync, closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSet, writeDataSet, writePart10 } from '@concord/dicom';
import { connect } from '@concord/network';
import { explicitLittleEndian } from './study.ts';
import type { Started } from './targets.ts';
import type { Figure } from './workloads.ts';

const ctImageStorage = '1.2.840.10008.5.1.4.1.1.2';
const multiFrameGrayscaleWord = '1.2.840.10008.5.1.4.1.1.7.3';

const objectsInSeries = 100;
const seriesInStudy = 5;
const smallSide = 72;
const smallPixels = new Uint8Array(smallSide * smallSide * 2).fill(0x55);

const numbered = (root: string, number: number): string => `${root}${String(number).padStart(9, '0')}`;

const withValues = (values: Readonly<Record<string, string | number | readonly string[]>>): DataSet => {
  const dataSet = new DataSet();
  for (const [keyword, value] of Object.entries(values)) dataSet.set(keyword, value);
  return dataSet;
};

const imageNumbers = { SamplesPerPixel: 1, BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 0 };

/** `count` of them from number `from` on. */
export function* smallObjects(from: number, count: number) {
  for (let index = from; index < from + count; index += 1) {
    const { sopInstanceUid, bytes } = smallObject(index);
    yield { sopClassUid: ctImageStorage, sopInstanceUid, dataSet: bytes };
  }
}

/** Object number `index`: 11 KB, in series of 100, five series to a study, a patient for each study. */
export function smallObject(index: number): { readonly sopInstanceUid: string; readonly bytes: Uint8Array } {
  const series = Math.floor(index / objectsInSeries);
  const study = Math.floor(series / seriesInStudy);
  const sopInstanceUid = numbered('2.25.21', index);
  const dataSet = withValues({
    SpecificCharacterSet: 'ISO_IR 100',
    SOPClassUID: ctImageStorage,
    SOPInstanceUID: sopInstanceUid,
    StudyDate: '20260105',
    StudyTime: '101112',
    AccessionNumber: `A${study}`,
    Modality: 'CT',
    StudyDescription: 'SMALL OBJECTS',
    SeriesDescription: `SERIES ${series}`,
    PatientName: `SMALL^OBJECTS${study}`,
    PatientID: `SMALL${study}`,
    PatientBirthDate: '19700102',
    PatientSex: 'O',
    StudyInstanceUID: numbered('2.25.22', study),
    SeriesInstanceUID: numbered('2.25.23', series),
    StudyID: String(study),
    SeriesNumber: String((series % seriesInStudy) + 1),
    InstanceNumber: String((index % objectsInSeries) + 1),
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: smallSide,
    Columns: smallSide,
    ...imageNumbers,
  });
  dataSet.set('PixelData', smallPixels, 'OW');
  return { sopInstanceUid, bytes: writeDataSet(dataSet, explicitLittleEndian) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export interface SmallLoad {
  readonly from: number;
  readonly count: number;
  readonly associations: number;
  /** After each object that was answered. */
  readonly stored?: (soFar: number) => void;
}

/** Objects a second. Throws where one is not stored. */
export async function storeSmall(server: Started, { from, count, associations, stored }: SmallLoad): Promise<Figure> {
  const peer = { host: '127.0.0.1', port: server.dicomPort, calledAeTitle: server.aeTitle, callingAeTitle: 'BENCH' };
  const contexts = [{ abstractSyntax: ctImageStorage, transferSyntaxes: [explicitLittleEndian] }];
  let next = from;
  let done = 0;
  const send = async () => {
    const association = await connect(peer, contexts);
    while (next < from + count) {
      const { sopInstanceUid, bytes } = smallObject(next++);
      const status = await association.store({
        sopClassUid: ctImageStorage,
        sopInstanceUid,
        transferSyntaxUid: explicitLittleEndian,
        open: () => once(bytes),
      });
      if (status.code !== 0) throw new Error(`${sopInstanceUid} was answered with ${status.code.toString(16)}`);
      done += 1;
      stored?.(done);
    }
    await association.release();
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: associations }, send));
  const plural = associations === 1 ? 'association' : 'associations';
  return {
    workload: `C-STORE of ${count} objects of 11 KB, ${associations} ${plural}`,
    unit: 'objects/s',
    value: (count * 1000) / (performance.now() - started),
    better: 'more',
  };
}

/** Writes one object of `frames` frames of 512 x 512 pixels, half a megabyte each. */
export function writeManyFrames(path: string, frames: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const dataSet = withValues({
    SOPClassUID: multiFrameGrayscaleWord,
    SOPInstanceUID: numbered('2.25.24', frames),
    StudyDate: '20260105',
    Modality: 'OT',
    PatientName: 'MANY^FRAMES',
    PatientID: 'FRAMES',
    StudyInstanceUID: numbered('2.25.25', frames),
    SeriesInstanceUID: numbered('2.25.26', frames),
    NumberOfFrames: String(frames),
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 512,
    Columns: 512,
    ...imageNumbers,
  });
  writeFileSync(path, writePart10({ dataSet, transferSyntaxUid: explicitLittleEndian }));
  const frame = Buffer.alloc(512 * 512 * 2, 0x5a);
  const header = Buffer.from('e07f10004f57000000000000', 'hex'); // (7FE0,0010) OW
  header.writeUInt32LE(frames * frame.length, 8);
  appendFileSync(path, header);
  const file = openSync(path, 'a');
  for (let index = 0; index < frames; index += 1) writeSync(file, frame);
  closeSync(file);
}
