// One file without identity, in a file named by its new UIDs; what leads back goes to whoever keeps the map. PS3.15 Annex E, PS3.10 7.1.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type DataSet,
  DicomError,
  fileMetaInformation,
  foldText,
  isUid,
  type Part10File,
  writeDataSet,
} from '@concord/dicom';
import {
  addEncryptedAttributes,
  type ConfidentialityOption,
  deidentify,
  isListedSafe,
  protectedAttributes,
  type Region,
} from '@concord/dicom/deidentify';
import { implementation } from '@concord/network';
import { seal } from '../cms/envelope.ts';
import { type Unnamed, writeUnnamed } from '../new-file.ts';
import { readDicom, type Task } from './task.ts';

export interface DeidentifyTask {
  readonly to: string;
  readonly secret: Uint8Array;
  readonly options: readonly ConfidentialityOption[];
  readonly regions: readonly Region[];
  readonly pixelsAreClean: boolean;
  /** Words that may stay in texts; undefined where none is cleaned. */
  readonly words: readonly string[] | undefined;
  /** Private elements besides those of the standard's list: creator, group and low byte as `group * 0x100 + byte`. */
  readonly safePrivate: readonly (readonly [string, number])[];
  /** Certificates, PEM, of who may read the encrypted attributes. */
  readonly recipients: readonly string[];
  readonly method: string;
}

export interface NewFile {
  readonly file: Unnamed;
  /** An entry of the map, as JSON. */
  readonly entry: string;
  /** Places where identity stood that the profile does not look at. */
  readonly residues: number;
  /** What a person should look at. */
  readonly warning: string | undefined;
}

/** `concord deidentify` for one file. The file is not given its name: first what leads back must be safe. */
export function deidentifyTask(task: DeidentifyTask): Task<NewFile> {
  const recipients = task.recipients.map((pem) => new X509Certificate(pem));
  const words = task.words && new Set(task.words.map(foldText));
  const safe = new Set(task.safePrivate.map(([creator, place]) => `${place} ${creator}`));
  const given = {
    secret: task.secret,
    options: task.options,
    pixelsAreClean: task.pixelsAreClean,
    method: task.method,
    ...(task.regions.length > 0 && { regions: task.regions }),
    ...(words && { cleanText: (text: string) => onlyWords(text, words) }),
    ...(safe.size > 0 && {
      isSafePrivate: (creator: string, element: number, group: number) =>
        isListedSafe(creator, element, group) || safe.has(`${group * 0x100 + element} ${creator}`),
    }),
  };
  return async ({ path }) => {
    const source = readDicom(await readFile(path));
    const native = task.regions.length > 0 ? await uncompressed(source) : source;
    const { dataSet, map, residues } = deidentify(native.dataSet, given);
    for (const certificate of recipients) addEncryptedAttributes(dataSet, seal(protectedAttributes(map), certificate));
    const chunks = await encoded(dataSet, native.transferSyntaxUid, source.transferSyntaxUid);
    const file = await writeUnnamed(join(task.to, ...namesOf(dataSet)), chunks);
    return {
      file,
      entry: JSON.stringify(map),
      residues: residues.length,
      warning: damageOf(source) ?? warningFor(dataSet, task),
    };
  };
}

/** What the reader had to make do with. */
function damageOf({ findings }: Part10File): string | undefined {
  const found = findings.find(({ severity }) => severity === 'error');
  return found && `the file is damaged, the new one has what there is: ${found.text}`;
}

/** What is left of a text when only words known to be harmless stay. PS3.15 E.3.5 note 2 */
function onlyWords(text: string, words: ReadonlySet<string>): string | undefined {
  const kept = text.split(/[^\p{Letter}\p{Mark}\p{Number}]+/u).filter((word) => words.has(foldText(word)));
  return kept.length > 0 ? kept.join(' ') : undefined;
}

/** With native pixel data, so that regions of it can be made black. The codecs are loaded only then. */
async function uncompressed(file: Part10File): Promise<Part10File> {
  if (!file.dataSet.element('PixelData')?.fragments) return file;
  return (await import('./recompress.ts')).uncompressed(file);
}

/** As a file, compressed as before where that loses nothing. Preamble and meta information are new: PS3.15 E.1.1 step 7 */
async function encoded(dataSet: DataSet, from: string, to: string): Promise<readonly Uint8Array[]> {
  const sopInstanceUid = dataSet.string('SOPInstanceUID') ?? '';
  const sopClassUid = dataSet.string('SOPClassUID') ?? '';
  if (!isUid(sopInstanceUid) || !isUid(sopClassUid))
    throw new DicomError(
      'bad-uid',
      -1,
      'SOPInstanceUID',
      'no SOP Class UID or SOP Instance UID to name the new file by',
    );
  const { classUid: implementationClassUid, versionName: implementationVersionName } = implementation;
  const meta = {
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid: from,
    implementationClassUid,
    implementationVersionName,
  };
  const chunks = [fileMetaInformation(meta), writeDataSet(dataSet, from)];
  if (from === to) return chunks;
  const { compressed } = await import('./recompress.ts');
  return [await compressed(Buffer.concat(chunks), to)];
}

/** Folders and file by new UIDs: nothing of a name comes from the file that was read. */
function namesOf(dataSet: DataSet): readonly string[] {
  const name = (keyword: 'StudyInstanceUID' | 'SeriesInstanceUID' | 'SOPInstanceUID') => {
    const uid = dataSet.string(keyword) ?? '';
    return isUid(uid) ? uid : 'unknown';
  };
  return [name('StudyInstanceUID'), name('SeriesInstanceUID'), `${name('SOPInstanceUID')}.dcm`];
}

/** Modalities whose images often show text. PS3.15 E.3.1 note 1 */
const oftenAnnotated = new Set(['US', 'IVUS', 'OT', 'SC', 'XC', 'ES', 'GM', 'RF', 'XA', 'DOC']);

function warningFor(dataSet: DataSet, { options }: DeidentifyTask): string | undefined {
  if (options.includes('clean-pixel-data') || !dataSet.has('PixelData')) return undefined;
  const burnedIn = dataSet.string('BurnedInAnnotation');
  if (burnedIn === 'YES') return 'Burned In Annotation is YES: the pixels may show who it is, and were not cleaned';
  const modality = dataSet.string('Modality') ?? '';
  if (burnedIn !== undefined || !oftenAnnotated.has(modality)) return undefined;
  return `${modality} images often show who it is, and the pixels were not cleaned`;
}
