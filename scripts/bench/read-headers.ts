// Reads the header of every file of a folder with one library and prints JSON: files, seconds, processor seconds. A process of its own.
// usage: node read-headers.ts LIBRARY FOLDER [FOLDER OF node_modules]    three passes to warm up, then the one that counts
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readSourceSync } from '@concord/dicom';

const [library = '', folder = '', modules = join(import.meta.dirname, '../..')] = process.argv.slice(2);
const load = (name: string) => createRequire(join(modules, 'package.json'))(name);
const buffer = new Uint8Array(16384);
const wholeFile = (path: string): ArrayBuffer => new Uint8Array(readFileSync(path)).buffer;

/** Each reads all before the pixel data and gives the patient's ID and the rows. */
const libraries: Readonly<Record<string, () => (path: string) => string>> = {
  floor: () => (path) => {
    const file = openSync(path, 'r');
    readSync(file, buffer, 0, buffer.length, 0);
    closeSync(file);
    return 'BENCH-1 512';
  },
  concord: () => (path) => {
    const file = openSync(path, 'r');
    const read = (offset: number, length: number) => {
      const into = length <= buffer.length ? buffer : new Uint8Array(length);
      return into.subarray(0, readSync(file, into, 0, length, offset));
    };
    const { dataSet } = readSourceSync({ read }, { stopBefore: 0x7fe00008 });
    closeSync(file);
    return `${dataSet.string('PatientID')} ${dataSet.number('Rows')}`;
  },
  'dicom-parser': () => {
    const parser = load('dicom-parser');
    return (path) => {
      const dataSet = parser.parseDicom(readFileSync(path), { untilTag: 'x7fe00010' });
      return `${dataSet.string('x00100020')} ${dataSet.uint16('x00280010')}`;
    };
  },
  dcmjs: () => {
    const dcmjs = load('dcmjs');
    dcmjs.log.setLevel('silent');
    const options = { untilTag: '7FE00010', includeUntilTagValue: false };
    return (path) => {
      const { dict } = dcmjs.data.DicomMessage.readFile(wholeFile(path), options);
      return `${dict['00100020'].Value[0]} ${dict['00280010'].Value[0]}`;
    };
  },
  daikon: () => {
    const daikon = load('daikon');
    return (path) => {
      const image = daikon.Series.parseImage(new DataView(wholeFile(path)));
      return `${image.getTag(0x10, 0x20).value[0]} ${image.getRows()}`;
    };
  },
};

const open = libraries[library];
if (!open) throw new Error(`a library is one of ${Object.keys(libraries).join(', ')}`);
const header = open();
const files = readdirSync(folder)
  .sort()
  .map((name) => join(folder, name));
const warmUp = 3;
for (const path of Array.from({ length: warmUp }, () => files).flat()) {
  const found = header(path).trim();
  if (found !== 'BENCH-1 512') throw new Error(`${library} reads ${found} from ${path}`);
}
const cpu = process.cpuUsage();
const began = performance.now();
for (const path of files) header(path);
const seconds = (performance.now() - began) / 1000;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({ files: files.length, seconds, cpuSeconds: (used.user + used.system) / 1e6 }));
