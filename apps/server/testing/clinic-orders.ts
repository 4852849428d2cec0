// Thirty orders of a clinic, and what DCMTK's worklist program finds among them: for tests that compare with it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSet, writePart10 } from '@concord/dicom';
import { modalityWorklistSopClass } from '@concord/network';
import { start } from '../../../packages/network/testing/programs.ts';
import { itemsOf } from '../src/worklist/order.ts';
import { completed, readOrder } from '../src/worklist/read-order.ts';
import { explicitVrLittleEndian } from './data-sets.ts';
import { freePort } from './ports.ts';
import { run } from './programs.ts';

const step = 'ScheduledProcedureStepSequence[0]';
const modalities = ['CT', 'MR', 'US'] as const;
const sexes = ['F', 'M', 'O'] as const;

/** Thirty orders, each with a value of its own, or one of three, for every key. */
export const orders = Array.from({ length: 30 }, (_, index) => {
  const two = String(index).padStart(2, '0');
  return {
    patientName: `Name${two}^Given`,
    patientId: `ID${two}`,
    patientBirthDate: `1970${String((index % 12) + 1).padStart(2, '0')}01`,
    patientSex: sexes[index % 3],
    accessionNumber: `Acc${two}`,
    referringPhysician: `Referrer${index % 5}^Anna`,
    requestingPhysician: `Requester${index % 5}^Bert`,
    admissionId: `Adm${two}`,
    requestedProcedureId: `RP${two}`,
    requestedProcedurePriority: index % 2 === 0 ? 'ROUTINE' : 'HIGH',
    steps: [
      {
        modality: modalities[index % 3],
        stationAeTitle: `ROOM${index % 4}`,
        startDate: `202607${String((index % 28) + 1).padStart(2, '0')}`,
        startTime: `${String(index % 24).padStart(2, '0')}30`,
        performingPhysician: `Performer${index % 6}^Carl`,
      },
    ],
  };
});

/** A file for wlmscpfs of each order. */
function writeItems(folder: string): void {
  mkdirSync(join(folder, 'WL'));
  writeFileSync(join(folder, 'WL', 'lockfile'), '');
  for (const [index, order] of orders.entries()) {
    const [item] = itemsOf(completed(readOrder(order), { uid: () => `1.2.${index}`, number: () => `${index}` }));
    const dataSet = item ?? new DataSet();
    dataSet.set('SOPClassUID', modalityWorklistSopClass);
    dataSet.set('SOPInstanceUID', `1.2.3.${index}`);
    const file = writePart10({ dataSet, transferSyntaxUid: explicitVrLittleEndian });
    writeFileSync(join(folder, 'WL', `${index}.wl`), file);
  }
}

/** Patient IDs that findscu printed. */
export const idsIn = (output: string): readonly string[] =>
  // The first that findscu prints is that of the request.
  [...output.matchAll(/\(0010,0020\) LO \[([^\]]*)\]/g)].map(([, id = '']) => id.trim()).slice(1);

/** Patient IDs of each question, with that key alone. */
export async function onWlmscpfs(
  folder: string,
  questions: readonly string[],
): Promise<readonly (readonly string[])[]> {
  writeItems(folder);
  const port = await freePort();
  const program = await start('wlmscpfs', ['-dfr', '-dfp', folder, `${port}`], port);
  try {
    const found: (readonly string[])[] = [];
    for (const question of questions) {
      const keys = ['PatientID=*', `${step}.ScheduledProcedureStepID`, question].flatMap((key) => ['-k', key]);
      const { output } = await run('findscu', '-v', '-W', '-aec', 'WL', '127.0.0.1', `${port}`, ...keys);
      found.push(idsIn(output).toSorted());
    }
    return found;
  } finally {
    await program.stop();
  }
}
