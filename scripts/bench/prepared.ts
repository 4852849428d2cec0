// Messages for blast.py: PDUs of a study and of a C-ECHO, encoded once and kept as files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10 } from '@concord/dicom';
import { associateRq, echoRq, pData, releaseRq, storeRq } from '../../packages/network/testing/wire.ts';

const verification = '1.2.840.10008.1.1';
const implicitVrLittleEndian = '1.2.840.10008.1.2';
const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
/** Bytes of a fragment, so that PDUs have 128 KiB, and 16 KiB for who takes no longer ones. */
const fragmentBytes = { store: 131066, short: 16378 };

/** An object to be sent, its data set in Explicit VR Little Endian. */
export interface Sent {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly dataSet: Uint8Array;
}

/** Writes the messages into two folders of `folder`: `echo`, and `store` with all files of `study`. */
export function prepare(folder: string, study: string): { readonly echo: string; readonly store: string } {
  const echo = join(folder, 'prepared-echo');
  mkdirSync(echo);
  const verify = { id: 1, abstract: verification, transfer: [implicitVrLittleEndian] };
  writeFileSync(join(echo, 'associate.pdu'), associateRq({ called: 'PEER', contexts: [verify] }));
  writeFileSync(join(echo, 'echo.pdu'), echoRq());
  writeFileSync(join(echo, 'release.pdu'), releaseRq);
  const store = join(folder, 'prepared-store');
  prepareStores(store, filesOf(study));
  return { echo, store };
}

/** The objects of the files in a folder. */
export function* filesOf(study: string): Generator<Sent> {
  for (const name of readdirSync(study)) {
    const file = readFileSync(join(study, name));
    const { dataSet, dataSetOffset } = readPart10(file);
    const [sopClassUid = '', sopInstanceUid = ''] = [dataSet.string('SOPClassUID'), dataSet.string('SOPInstanceUID')];
    yield { sopClassUid, sopInstanceUid, dataSet: file.subarray(dataSetOffset) };
  }
}

/** Writes C-STORE requests of the objects, all of one SOP Class, with all that goes before and behind them. */
export function prepareStores(store: string, objects: Iterable<Sent>): void {
  for (const kind of ['store', 'short']) mkdirSync(join(store, kind), { recursive: true });
  let [sopClass, count] = ['', 0];
  for (const { sopClassUid, sopInstanceUid, dataSet } of objects) {
    sopClass = sopClassUid;
    const command = storeRq((count % 65535) + 1, sopClassUid, sopInstanceUid);
    const name = `${String(count).padStart(6, '0')}.pdu`;
    for (const [kind, longest] of Object.entries(fragmentBytes))
      writeFileSync(join(store, kind, name), Buffer.concat([command, ...fragments(dataSet, longest)]));
    count += 1;
  }
  const context = { id: 1, abstract: sopClass, transfer: [explicitVrLittleEndian] };
  writeFileSync(join(store, 'associate.pdu'), associateRq({ called: 'PEER', contexts: [context] }));
  writeFileSync(join(store, 'release.pdu'), releaseRq);
}

function fragments(bytes: Uint8Array, longest: number): readonly Buffer[] {
  const pdus: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += longest)
    pdus.push(pData(1, at + longest >= bytes.length ? 2 : 0, bytes.subarray(at, at + longest)));
  return pdus;
}
