// Test objects in JPEG, made by DCMTK: the encoder of runs in tests of this package, which has none.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPart10, writeDataSet, writePart10 } from '@concord/dicom';
import { run, temporaryFolder } from '../../network/testing/programs.ts';
import type { EncodeTestObject } from '../src/execute/run-context.ts';

const options: Readonly<Record<string, string>> = {
  '1.2.840.10008.1.2.4.50': '+eb',
  '1.2.840.10008.1.2.4.70': '+e1',
};

/** JPEG Baseline and JPEG Lossless; undefined for any other. */
export const dcmtkEncoder: EncodeTestObject = async (instance, transferSyntaxUid) => {
  const option = options[transferSyntaxUid];
  if (option === undefined) return undefined;
  using folder = temporaryFolder();
  const [source, target] = [join(folder.path, 'in.dcm'), join(folder.path, 'out.dcm')];
  writeFileSync(source, writePart10({ dataSet: instance.dataSet, transferSyntaxUid: instance.transferSyntaxUid }));
  const { code, output } = await run('dcmcjpeg', [option, '+un', source, target]);
  if (code !== 0) throw new Error(output);
  const { dataSet } = readPart10(readFileSync(target));
  const bytes = writeDataSet(dataSet, transferSyntaxUid);
  const open = async function* () {
    yield bytes;
  };
  return {
    ...instance,
    sopInstanceUid: dataSet.string('SOPInstanceUID') ?? '',
    transferSyntaxUid,
    dataSet,
    bytes,
    open,
  };
};
