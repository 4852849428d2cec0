// Why the two validators differ, as data. The first rule that fits explains a difference; what no rule fits has not been looked at yet.
import type { Comparable } from './dciodvfy.ts';

interface Explanation {
  readonly side: 'dciodvfy' | 'concord';
  readonly kind?: Comparable['kind'];
  readonly keyword?: RegExp;
  readonly text?: RegExp;
  readonly why: string;
}

const unknowable = 'the condition speaks of what the data set does not say; here such an attribute may be absent';
const fileLevel = 'a matter of the file or its meta information, which the reader reports, not the validator';
const beyond = 'a check of contents beyond type, value list, VM and VR that is not made here';

/** What dciodvfy says and we do not. */
const theirs: readonly Omit<Explanation, 'side'>[] = [
  {
    text: /read failed|Tag read|Tags out of order|Seek failed|garbage|Information Object Not found|No value length/i,
    why: 'dciodvfy (2022) cannot read the file or does not know its SOP Class; nothing else it would say is known',
  },
  { text: /MediaStorage|meta ?information|FileMeta/i, why: fileLevel },
  { text: /Undefined value length of other byte/, why: fileLevel },
  {
    keyword:
      /^(MediaStorageSOPInstanceUID|ImplementationClassUID|ImplementationVersionName|MediaStorageSOPClassUID|SourceApplicationEntityTitle)$/,
    why: fileLevel,
  },
  { text: /contains invalid data values/, why: 'the sum of its other errors of values, each compared by itself' },
  {
    text: /Illegal root for UID/,
    why: 'a rule on roots of UIDs (0, 1 or 2 at the front), which PS3.5 9.1 leaves to the registration authorities',
  },
  {
    kind: 'value',
    text: /Nothing but zero components|Leading zeroes/,
    why: 'a UID of one zero has the form of PS3.5 9.1; leading zeros are an error here too, under the attribute that holds them',
  },
  {
    kind: 'value',
    keyword: /Date$|Time$/,
    why: 'the forms of ACR-NEMA (1993.08.22, 10:11:12) are a warning here, since PS3.5 6.2 asks readers to accept them',
  },
  {
    kind: 'missing',
    keyword: /^Laterality$/,
    why: 'required for paired body parts; dciodvfy asks for it wherever the body part is not known to be unpaired',
  },
  {
    kind: 'forbidden',
    keyword: /^Laterality$/,
    why: 'the body part is known as unpaired to dciodvfy; the table here says nothing of when it shall be absent',
  },
  {
    text: /A value is required for value 3/,
    why: 'PS3.3 C.8.2.1.1.1 asks for it in prose; the tables here list its values, not that there must be one',
  },
  { text: /LookupTableData|LUT Descriptor/i, why: `contents of lookup tables: ${beyond}` },
  { text: /Orientation vector|unit vector/i, why: `geometry other than Image Orientation (Patient): ${beyond}` },
  {
    text: /internally inconsistent|has same value as|not listed in|expected child|exceeds|FrameIncrementPointer value|required child|is required for root/i,
    why: `relations between attributes: ${beyond}`,
  },
  {
    text: /PixelAspectRatio/,
    why: 'the aspect ratio of 1:1 that shall not be sent is told in prose, PS3.3 C.7.6.3.1.7',
  },
  {
    kind: 'other',
    text: /shall not be present|may only be present|may not be present/i,
    why: 'a prohibition told in prose; the tables hold only those that stand beside a condition',
  },
  {
    text: /Only a single Item|Only one Item/i,
    why: 'the number of items depends on a condition told in prose (multi-energy acquisitions)',
  },
  {
    text: /Number of items in PerFrame|PixelData has incorrect value length/,
    why: 'said here as well, of Per-frame Functional Groups Sequence or Pixel Data by name; where not, Rows or Columns are missing, or YBR_FULL_422 is counted as two samples a pixel (PS3.3 C.7.6.3.1.2)',
  },
  { text: /Value is zero/, why: `spacing of zero: ${beyond}` },
  {
    text: /Invalid Value Representation - Pixel Data/,
    why: 'PS3.5 A.2 asks for OW; both VRs of the dictionary are accepted here',
  },
  {
    kind: 'values',
    keyword:
      /^(NumberOfFrames|BitsAllocated|BitsStored|HighBit|PhotometricInterpretation|SamplesPerPixel|PresentationLUTShape|PlanarConfiguration|PixelRepresentation)$/,
    why: 'a value list that depends on the IOD, the transfer syntax or another attribute; the tables here have no list for that case',
  },
  {
    keyword: /^(DirectoryRecordType|OffsetOf\w+)$/,
    why: 'a DICOMDIR: its data set names no SOP Class, so only its values are checked here, not the records of the file-set',
  },
  {
    kind: 'missing',
    keyword: /^ValueType$/,
    why: 'a content item of Acquisition Context, where Value Type is of type 3 in PS3.3 C.7.6.14 (old objects lack it)',
  },
  {
    kind: 'missing',
    keyword: /^(CodeValue|LongCodeValue|URNCodeValue)$/,
    why: 'an item without a code: said here once, of the sequence (rule `code`); dciodvfy says it of each of the three attributes',
  },
  {
    kind: 'missing',
    keyword: /^SpecificAbsorptionRateSequence$/,
    why: 'required if the system can calculate it (PS3.3 Table C.8-89), which the data set does not say; dciodvfy always asks for it',
  },
  {
    kind: 'missing',
    keyword: /^OperatingModeSequence$/,
    why: 'required by law or regulations (PS3.3 Table C.8-89), which the data set does not say; dciodvfy always asks for it',
  },
  {
    kind: 'missing',
    keyword: /^ParallelReductionFactorSecondInPlane$/,
    why: 'only for MR Spectroscopy (PS3.3 Table C.8-91); dciodvfy looks at Parallel Acquisition alone and asks for it in images too',
  },
  {
    kind: 'missing',
    keyword: /^(PixelMeasures|PlanePosition|PlanePositionSlide|PlaneOrientation|DerivationImage)Sequence$/,
    why: 'Segmentation (PS3.3 Table A.51-2): which of these groups are required depends on whether the Frame of Reference is of the patient or of a slide, which the data set does not say; dciodvfy asks for those of both',
  },
  {
    kind: 'missing',
    keyword: /^FrameContentSequence$/,
    why: 'Segmentation (PS3.3 Table A.51-2): required if it would not be empty; dciodvfy always asks for it',
  },
  {
    kind: 'missing',
    keyword: /^CTReconstructionSequence$/,
    why: 'its condition speaks of Acquisition Type, which is gone with the shared groups: a value that is not there is not other than CONSTANT_ANGLE',
  },
  {
    kind: 'missing',
    keyword: /^(FrameOfReferenceUID|PositionReferenceIndicator)$/,
    why: 'Frame of Reference is conditional or optional in the edition of the tables, and nothing of it is there',
  },
  { kind: 'missing', text: /1C|2C/, why: unknowable },
  {
    kind: 'forbidden',
    why: 'a conditional attribute although its condition is false; forbidden here only where the tables say so expressly',
  },
  { kind: 'empty', why: unknowable },
  {
    kind: 'items',
    why: 'an empty optional sequence is accepted here; type 3 attributes may be of zero length (PS3.5 7.4.5)',
  },
  {
    kind: 'vm',
    why: 'an empty optional sequence is accepted here; type 3 attributes may be of zero length (PS3.5 7.4.5)',
  },
  { kind: 'other', why: beyond },
];

/** What we say and dciodvfy does not. */
const mine: readonly Omit<Explanation, 'side'>[] = [
  {
    keyword: /^(PatientOrientation)$/,
    why: 'neither Image Orientation (Patient) nor Image Position (Patient) is there, so PS3.3 C.7.6.1 asks for it',
  },
  {
    kind: 'missing',
    keyword: /^Modality$/,
    why: 'type 1 of General Series (PS3.3 Table C.7-5a); dciodvfy asks for it in every class but Secondary Capture, and these are of that',
  },
  { kind: 'other', text: /private creator/, why: 'dciodvfy does not look at private blocks' },
  {
    kind: 'other',
    text: /items for \d+ frames/,
    why: 'dciodvfy says the same without naming the attribute (`Number of items in PerFrameFunctionalGroupsSequence`)',
  },
  {
    kind: 'other',
    text: /the image attributes make/,
    why: 'dciodvfy says the same without naming the attribute (`PixelData has incorrect value length`)',
  },
  {
    kind: 'other',
    text: /no Code Value/,
    why: 'an item without a code: said here once, of the sequence; dciodvfy says it of Code Value, Long Code Value and URN Code Value',
  },
  { kind: 'other', text: /High|Stored|Allocated/, why: 'dciodvfy says the same without naming the attribute' },
  {
    keyword: /^ContrastBolus/,
    why: 'an attribute of Contrast/Bolus is there, so its mandatory ones are asked for; dciodvfy takes the module as absent',
  },
  {
    kind: 'missing',
    keyword: /^FrameContentSequence$/,
    why: 'a mandatory group that can only be per frame; dciodvfy looks for it inside of the sequence, which is what is missing',
  },
  {
    kind: 'missing',
    keyword: /^NumberOfFrames$/,
    why: 'Frame Increment Pointer is there, an attribute of Multi-frame alone, so Number of Frames is asked for; dciodvfy takes the module as absent',
  },
  { kind: 'forbidden', why: 'the tables say "shall not be present otherwise"; dciodvfy does not check it' },
];

const fits = (rule: Omit<Explanation, 'side'>, one: Comparable): boolean =>
  (rule.kind === undefined || rule.kind === one.kind) &&
  (rule.keyword === undefined || rule.keyword.test(one.keyword)) &&
  (rule.text === undefined || rule.text.test(one.text));

/** Why dciodvfy says nothing more of some files, by what it says last. */
const ends: readonly (readonly [RegExp, string])[] = [
  [
    /Assertion `/,
    'dciodvfy ends with a failed assertion at pixel data of 32 bits (RT Dose), so nothing it would say of the file is known',
  ],
  [
    /dataset read failed/,
    'dciodvfy gives up where the file is damaged or its compression unknown to it; what it would say of the rest is not known',
  ],
];

/** The explanation of a difference; undefined where nobody has looked yet. `said`: all that dciodvfy says of the file. */
export function explain(side: Explanation['side'], one: Comparable, said: readonly string[]): string | undefined {
  const rule = (side === 'dciodvfy' ? theirs : mine).find((candidate) => fits(candidate, one));
  const end = side === 'concord' && ends.find(([pattern]) => said.some((line) => pattern.test(line)));
  return end ? end[1] : rule?.why;
}
