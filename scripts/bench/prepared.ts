// Messages for blast.py: PDUs of a study and of a C-ECHO, encoded once and kept as files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10 } from '@concord/dicom';
import { associateRq, echoRq, pData, releaseRq, storeRq } from '../../packages/network/testing/wire.ts';

const verification = '1.2.840.10008.1.1';
const implicitVrLittleEndian = '1.2.840.10008.1.2';
const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
/** Of a fragment, so that PDUs have 128 KiB. */
const longest = 131066;

/** Writes the messages into two folders of `folder`: `echo`, and `store` with all files of `study`. */
export function prepare(folder: string, study: string): { readonly echo: string; readonly store: string } {
  const echo = join(folder, 'prepared-echo');
  mkdirSync(echo);
  const verify = { id: 1, abstract: verification, transfer: [implicitVrLittleEndian] };
  writeFileSync(join(echo, 'associate.pdu'), associateRq({ called: 'PEER', contexts: [verify] }));
  writeFileSync(join(echo, 'echo.pdu'), echoRq());
  writeFileSync(join(echo, 'release.pdu'), releaseRq);
  const store = join(folder, 'prepared-store');
  mkdirSync(join(store, 'store'), { recursive: true });
  let sopClass = '';
  for (const [index, name] of readdirSync(study).entries()) {
    const file = readFileSync(join(study, name));
    const { dataSet, dataSetOffset } = readPart10(file);
    sopClass = dataSet.string('SOPClassUID') ?? '';
    const command = storeRq((index % 65535) + 1, sopClass, dataSet.string('SOPInstanceUID') ?? '');
    writeFileSync(
      join(store, 'store', `${name}.pdu`),
      Buffer.concat([command, ...fragments(file.subarray(dataSetOffset))]),
    );
  }
  const context = { id: 1, abstract: sopClass, transfer: [explicitVrLittleEndian] };
  writeFileSync(join(store, 'associate.pdu'), associateRq({ called: 'PEER', contexts: [context] }));
  return { echo, store };
}

function fragments(bytes: Uint8Array): readonly Buffer[] {
  const pdus: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += longest)
    pdus.push(pData(1, at + longest >= bytes.length ? 2 : 0, bytes.subarray(at, at + longest)));
  return pdus;
}
