// The broken and odd files of the test data: what each is, what the reader says of it, and why. A page of the guide is made from this.
import type { Fault } from '../src/index.ts';

/** One file. */
export interface BrokenFile {
  /** In the test data. */
  readonly name: string;
  /** What the reader says: the one error that refuses the file, or findings beside the data set. */
  readonly refused?: Fault;
  readonly findings: readonly { readonly fault: Fault; readonly path: string }[];
  readonly what: string;
  readonly why: string;
}

const bare = [
  { fault: 'missing-preamble', path: '' },
  { fault: 'missing-meta', path: '' },
] as const;
const guessed = 'The encoding is guessed from the first elements; the data set is written as it came.';
const prefixOnly = 'DICM stands at byte 0: the meta is read from there.';
const oddPrivate = { fault: 'odd-length', path: '(0001,0001)[0].(0001,0002)' } as const;

export const brokenFiles: readonly BrokenFile[] = [
  {
    name: 'pydicom/test_files/no_meta.dcm',
    refused: 'not-dicom',
    findings: [],
    what: 'a stray byte, then a data set without preamble and meta',
    why: 'Every tag is one byte off: reading it would be inventing where elements begin.',
  },
  {
    name: 'pydicom/test_files/ExplVR_BigEndNoMeta.dcm',
    findings: bare,
    what: 'a bare data set in Explicit VR Big Endian',
    why: guessed,
  },
  {
    name: 'pydicom/test_files/ExplVR_LitEndNoMeta.dcm',
    findings: bare,
    what: 'a bare data set in Explicit VR Little Endian',
    why: guessed,
  },
  { name: 'pydicom/test_files/rtstruct.dcm', findings: bare, what: 'a bare data set in Implicit VR', why: guessed },
  {
    name: 'pydicom-data/OT-PAL-8-face.dcm',
    findings: bare,
    what: 'a bare data set, as ACR-NEMA files are',
    why: guessed,
  },
  ...['JLSL_RGB_ILV0', 'JLSL_RGB_ILV1', 'JLSL_RGB_ILV2', 'JLSN_RGB_ILV0'].map((name) => ({
    name: `pydicom-data/${name}.dcm`,
    findings: [{ fault: 'missing-preamble', path: '' } as const],
    what: 'no preamble before the prefix',
    why: prefixOnly,
  })),
  {
    name: 'pydicom/test_files/MR_truncated.dcm',
    findings: [{ fault: 'past-end', path: 'PixelData' }],
    what: 'the last 62 bytes of the pixels are missing',
    why: 'The pixels that are there are kept, and the length says how many were promised.',
  },
  {
    name: 'pydicom/test_files/rtplan_truncated.dcm',
    findings: [
      { fault: 'past-end', path: 'BeamSequence[0].ControlPointSequence[0].IsocenterPosition' },
      { fault: 'past-end', path: 'BeamSequence[0].ControlPointSequence[0]' },
      { fault: 'past-end', path: 'BeamSequence[0].ControlPointSequence' },
      { fault: 'past-end', path: 'BeamSequence[0]' },
      { fault: 'past-end', path: 'BeamSequence' },
    ],
    what: 'cut within a value three levels deep',
    why: 'Each level that has no end says so; everything before the cut is there.',
  },
  {
    name: 'pydicom/test_files/SC_rgb_jpeg.dcm',
    findings: [{ fault: 'wrong-transfer-syntax', path: '' }],
    what: 'JPEG Baseline is declared, the elements are in Implicit VR',
    why: 'Elements are read as they are encoded; the fragments are JPEG as declared.',
  },
  {
    name: 'pydicom/test_files/dicomdirtests/DICOMDIR-nooffset',
    findings: [{ fault: 'past-end', path: 'DirectoryRecordSequence' }],
    what: 'the last directory record is longer than the sequence',
    why: 'An item ends where its sequence does.',
  },
  {
    name: 'pydicom/test_files/meta_missing_tsyntax.dcm',
    findings: [{ fault: 'bad-meta', path: '' }, oddPrivate],
    what: 'a meta without Transfer Syntax UID, and a value of 9 bytes',
    why: 'The encoding is guessed; an odd length is a length.',
  },
  {
    name: 'pydicom/test_files/nested_priv_SQ.dcm',
    findings: [oddPrivate],
    what: 'a value of 9 bytes in a private sequence',
    why: 'An odd length is a length.',
  },
  {
    name: 'pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm',
    findings: [{ fault: 'bad-fragment', path: 'PixelData' }],
    what: 'encapsulated pixel data without its end',
    why: 'The fragments that are there are kept; frames that are not whole are for the codec to refuse.',
  },
];

/** The page of the guide. */
export function brokenFilesPage(): string {
  const cells = ({ name, refused, findings, what, why }: BrokenFile): string => {
    const said = refused ? `refused: \`${refused}\`` : findings.map(findingText).join(', ');
    return `| \`${name}\` | ${what} | ${said} | ${why} |`;
  };
  return [
    '# Broken and odd files',
    '',
    'What the reader makes of files that are not as the standard wants them: a data set with findings, or one clear error. These are the',
    'ones among the public test files; every other file there is read without a finding. A finding names the fault, the byte and the path',
    '(`concord dump` prints them below the data set). Nothing is repaired on the way: an untouched file is written as it came.',
    '',
    '| file | what is wrong | what is said | why so |',
    '| --- | --- | --- | --- |',
    ...brokenFiles.map(cells),
    '',
    'This page is made from the table that the tests use; `node --test packages/dicom/src/broken-files.test.ts` says when it is out of date.',
    '',
  ].join('\n');
}

const findingText = ({ fault, path }: { readonly fault: Fault; readonly path: string }): string =>
  `\`${fault}\`${path && ` at \`${path}\``}`;
