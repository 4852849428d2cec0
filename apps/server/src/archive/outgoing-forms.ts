// What a peer may get in place of an instance as it is kept: the other class of ultrasound, another photometric interpretation, lossy JPEG.
import { createHash } from 'node:crypto';
import { type DataSet, explicitVrLittleEndian, implicitVrLittleEndian, newUid } from '@concord/dicom';
import { codecOf, describeImage, ImagingError, obstacle, type RecolourTarget, recolouring } from '@concord/imaging';
import { transcodeInstance } from '@concord/imaging/node';
import type { OutgoingInstance } from '@concord/network';
import type { StoredInstance } from './archive.ts';
import { type ConversionParts, swappedVr } from './conversion.ts';
import { alsoEdited } from './outgoing-changes.ts';
import { recolouredDataSet } from './recoloured.ts';

/** How objects go to a peer where that is not as they are kept. */
export interface OutgoingForm {
  /** Images of ultrasound whose SOP Class the peer does not take, current or retired, go out in the other one. */
  readonly ultrasound?: 'to retired' | 'to current' | 'either way' | undefined;
  /** What every image goes out in. */
  readonly photometric?: RecolourTarget | undefined;
  /** Images of 8 bits in JPEG Baseline: where the peer takes nothing better, or rather than without loss. */
  readonly lossy?: 'where needed' | 'preferred' | undefined;
  /** 1 to 94, of JPEG. */
  readonly lossyQuality?: number | undefined;
}

export interface FormParts extends ConversionParts {
  /** The instance as it is kept or converted without loss. */
  readonly asKept: (instance: StoredInstance) => OutgoingInstance;
  /** Those of the syntaxes that may be proposed for its SOP Class. */
  readonly allowed: (instance: StoredInstance, syntaxes: readonly string[]) => readonly string[];
  /** Told of each new instance that is made of another: both up to Pixel Data. */
  readonly made?: (instance: DataSet, source: DataSet) => void;
}

const jpegBaseline = '1.2.840.10008.1.2.4.50';

/** Ultrasound and ultrasound multi-frame: the retired class and the one that took its place. PS3.4 B.5, PS3.6 A. */
const ultrasoundClasses = [
  ['1.2.840.10008.5.1.4.1.1.6', '1.2.840.10008.5.1.4.1.1.6.1'],
  ['1.2.840.10008.5.1.4.1.1.3', '1.2.840.10008.5.1.4.1.1.3.1'],
] as const;

/** The instance in the form the peer is to get, and what else it may get, in order. */
export function inForm(instance: StoredInstance, form: OutgoingForm, parts: FormParts): OutgoingInstance {
  const other = otherClass(instance.sopClassUid, form.ultrasound);
  const classes = other === undefined ? [instance] : [instance, reclassified(instance, other)];
  const [first, ...substitutes] = classes.flatMap((each) => formsOf(each, form, parts));
  return substitutes.length === 0
    ? (first ?? parts.asKept(instance))
    : { ...(first ?? parts.asKept(instance)), substitutes };
}

function formsOf(instance: StoredInstance, form: OutgoingForm, parts: FormParts): readonly OutgoingInstance[] {
  const asKept = parts.asKept(instance);
  const isImage = instance.rows !== undefined && codecOf(instance.transferSyntaxUid) !== undefined;
  if (!isImage) return [asKept];
  if (form.photometric)
    return [...recoloured(instance, form.photometric, parts), onlyIn(form.photometric, asKept, instance, parts)];
  const lossy = form.lossy ? inJpeg(instance, form, parts) : [];
  return form.lossy === 'preferred' ? [...lossy, asKept] : [asKept, ...lossy];
}

function otherClass(sopClassUid: string, wanted: OutgoingForm['ultrasound']): string | undefined {
  for (const [retired, current] of ultrasoundClasses) {
    if (sopClassUid === retired && (wanted === 'to current' || wanted === 'either way')) return current;
    if (sopClassUid === current && (wanted === 'to retired' || wanted === 'either way')) return retired;
  }
  return undefined;
}

/** Photometric interpretations that are retired: no image of the current classes may have them. PS3.3 C.7.6.3.1.2. */
const retiredInterpretations = ['HSV', 'ARGB', 'CMYK', 'YBR_PARTIAL_422'];

/** The other class asks for no attribute that the one does not, but for Image Type, which may be empty. PS3.3 A.6.3, C.8.5.6. */
function reclassified(instance: StoredInstance, sopClassUid: string): StoredInstance {
  const edited = alsoEdited(instance, (dataSet) => {
    const term = dataSet.string('PhotometricInterpretation') ?? '';
    if (retiredInterpretations.includes(term))
      throw new ImagingError('unsupported-image', `${term} is retired: the image cannot be one of another class`);
    dataSet.set('SOPClassUID', sopClassUid);
    if (!dataSet.has('ImageType')) dataSet.set('ImageType', null);
    return dataSet;
  });
  return { ...edited, sopClassUid };
}

/** Sent twice, what is made of an instance is one instance. PS3.5 B.2. */
function derivedUid({ sopInstanceUid, digest }: StoredInstance, made: string): string {
  const hash = createHash('sha256').update(`${made} ${sopInstanceUid} ${digest}`).digest();
  return newUid(hash.subarray(0, 16));
}

const never = (): never => {
  throw new TypeError('what an instance becomes is opened, not the instance');
};

function inJpeg(
  instance: StoredInstance,
  { lossyQuality }: OutgoingForm,
  parts: FormParts,
): readonly OutgoingInstance[] {
  const { transferSyntaxUid, sopClassUid } = instance;
  const target = jpegBaseline;
  if (transferSyntaxUid === target || !parts.allowed(instance, [target]).includes(target)) return [];
  const newSopInstanceUid = derivedUid(instance, target);
  const options = lossyQuality === undefined ? {} : { options: { quality: lossyQuality } };
  const made = { sopClassUid, sopInstanceUid: newSopInstanceUid, transferSyntaxUid: target };
  const settled = async (): Promise<OutgoingInstance | undefined> => {
    const header = await parts.archive.header(instance);
    if (obstacle(describeImage(header), target) !== undefined) return undefined;
    async function* open() {
      const frame = (number: number) => parts.archive.frame(instance, number);
      const vr = await swappedVr(instance, parts.archive);
      const source = { header, transferSyntaxUid, frame, ...vr };
      const derived = await transcodeInstance(parts.imaging, source, { target, newSopInstanceUid, ...options });
      parts.made?.(derived.header, header);
      yield* derived.dataSet;
    }
    return { ...made, open };
  };
  return [{ ...made, settled, open: never }];
}

const uncompressed: readonly string[] = [explicitVrLittleEndian, implicitVrLittleEndian];

function recoloured(instance: StoredInstance, target: RecolourTarget, parts: FormParts): readonly OutgoingInstance[] {
  const { sopClassUid, sopInstanceUid } = instance;
  const [transferSyntaxUid, ...alternatives] = parts.allowed(instance, uncompressed);
  if (transferSyntaxUid === undefined) return [];
  const made = { sopClassUid, transferSyntaxUid, alternatives };
  const settled = async (): Promise<OutgoingInstance | undefined> => {
    const header = await parts.archive.header(instance);
    const change = recolouring(header, describeImage(header), target);
    if (!change) return undefined;
    const uid = change.lossy ? derivedUid(instance, target) : undefined;
    const open = (syntax: string) => {
      const derived = change.header(uid);
      if (change.lossy) parts.made?.(derived, header);
      return recolouredDataSet(instance, { change, header: derived, syntax, image: describeImage(header) }, parts);
    };
    return { ...made, sopInstanceUid: uid ?? sopInstanceUid, open };
  };
  return [{ ...made, sopInstanceUid, settled, open: never }];
}

/** As it is kept, where it is as the peer is to get it; nothing else goes to it. */
function onlyIn(
  target: RecolourTarget,
  asKept: OutgoingInstance,
  instance: StoredInstance,
  { archive }: FormParts,
): OutgoingInstance {
  const settled = async () => {
    const header = await archive.header(instance);
    return recolouring(header, describeImage(header), target) ? undefined : asKept;
  };
  return { ...asKept, settled };
}
