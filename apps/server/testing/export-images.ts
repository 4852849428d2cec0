// Images of every kind and destinations that want them otherwise: for tests of what goes out under the profile query-retrieve-server.
import type { DataSet } from '@concord/dicom';
import type { ConfiguredPeer } from '../src/settings/peers.ts';
import { dataSetOf, type Values } from './data-sets.ts';

export const jpeg = '1.2.840.10008.1.2.4.50';
export const [ultrasound, retiredUltrasound] = ['1.2.840.10008.5.1.4.1.1.6.1', '1.2.840.10008.5.1.4.1.1.6'];
export const [multiFrame, retiredMultiFrame] = ['1.2.840.10008.5.1.4.1.1.3.1', '1.2.840.10008.5.1.4.1.1.3'];
export const [secondaryCapture, computedRadiography] = ['1.2.840.10008.5.1.4.1.1.7', '1.2.840.10008.5.1.4.1.1.1'];

/** What storescp is to take beside Verification, and nothing else. */
const only = (syntax: string, ...sopClasses: readonly string[]): string =>
  `[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = LittleEndianImplicit\n[Some]\nTransferSyntax1 = ${syntax}\n\n` +
  '[[PresentationContexts]]\n[Taken]\nPresentationContext1 = VerificationSOPClass\\Plain\n' +
  `${sopClasses.map((uid, index) => `PresentationContext${index + 2} = ${uid}\\Some`).join('\n')}\n\n` +
  '[[Profiles]]\n[Default]\nPresentationContexts = Taken\n';

/** Receivers by name: arguments of storescp, or its association profile. */
export const receivers: Readonly<Record<string, readonly string[] | string>> = {
  ANY: ['+xa'],
  IMPLICIT: ['+xi'],
  JPEG: ['+xy'],
  ONLY_JPEG: only(jpeg, secondaryCapture, ultrasound),
  RETIRED: only('1.2.840.10008.1.2', retiredUltrasound, retiredMultiFrame),
  CURRENT: only('1.2.840.10008.1.2', ultrasound, multiFrame),
};

/** Titles of destinations: the receiver they lead to, and what is set for them. */
export const destinations: Readonly<Record<string, readonly [keyof typeof receivers, Partial<ConfiguredPeer>]>> = {
  PLAIN: ['ANY', {}],
  GRAY: ['ANY', { photometric: 'MONOCHROME2' }],
  COLOUR: ['IMPLICIT', { photometric: 'RGB' }],
  WINDOW: ['ANY', { defaultWindow: { center: 40, width: 400 } }],
  PREFERS_JPEG: ['JPEG', { lossy: 'preferred', lossyQuality: 94 }],
  NEEDS_JPEG: ['ONLY_JPEG', { lossy: 'where needed' }],
  NO_JPEG: ['ONLY_JPEG', {}],
  GRAY_IN_JPEG: ['ONLY_JPEG', { photometric: 'MONOCHROME2' }],
  RETIRED: ['RETIRED', { ultrasound: 'to retired' }],
  RETIRED_OFF: ['RETIRED', { ultrasound: 'to current' }],
  CURRENT: ['CURRENT', { ultrasound: 'either way' }],
  CURRENT_OFF: ['CURRENT', {}],
  BOTH: ['ANY', { ultrasound: 'either way' }],
};

const [rows, columns] = [16, 16];
export const pixels = rows * columns;
const gradient = (samples: number, scale = 1): Uint8Array =>
  Uint8Array.from({ length: pixels * samples }, (_, index) => ((index % 251) * scale) & 0xff);
const words = (values: readonly number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);

const image = (sopClassUid: string, modality: string, values: Values): DataSet =>
  dataSetOf({
    ImageType: 'ORIGINAL\\PRIMARY',
    SOPClassUID: sopClassUid,
    StudyDate: '20240115',
    StudyTime: '083000',
    AccessionNumber: 'X1',
    Modality: modality,
    Manufacturer: 'Maker',
    ReferringPhysicianName: 'REF^ALPHA',
    PatientName: 'EXPORT^ANN',
    PatientID: 'EXP1',
    PatientBirthDate: '19600101',
    PatientSex: 'F',
    StudyID: 'S',
    SeriesNumber: '1',
    InstanceNumber: '1',
    PatientOrientation: null,
    Laterality: null,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: gradient(1),
    ...values,
  });

const colour = {
  SamplesPerPixel: 3,
  PhotometricInterpretation: 'RGB',
  PlanarConfiguration: 0,
  PixelData: gradient(3),
};
const deep = { BitsAllocated: 16, BitsStored: 12, HighBit: 11 };
export const ramp = words(Array.from({ length: pixels }, (_, index) => index * 16));
const table = (of: (index: number) => number) => words(Array.from({ length: 256 }, (_, index) => of(index) * 257));
const palette: Values = {
  PhotometricInterpretation: 'PALETTE COLOR',
  RedPaletteColorLookupTableDescriptor: [256, 0, 16],
  GreenPaletteColorLookupTableDescriptor: [256, 0, 16],
  BluePaletteColorLookupTableDescriptor: [256, 0, 16],
  RedPaletteColorLookupTableData: table((index) => index),
  GreenPaletteColorLookupTableData: table((index) => 255 - index),
  BluePaletteColorLookupTableData: table(() => 7),
};

/** One study for each, named by its number. */
export const images: Readonly<Record<string, DataSet>> = {
  rgb: image(secondaryCapture, 'OT', { ...colour, ConversionType: 'WSD' }),
  ybr: image(ultrasound, 'US', { ...colour, PhotometricInterpretation: 'YBR_FULL' }),
  palette: image(secondaryCapture, 'OT', { ...palette, ConversionType: 'WSD' }),
  inverse: image(computedRadiography, 'CR', {
    ...deep,
    PhotometricInterpretation: 'MONOCHROME1',
    WindowCenter: 1000,
    WindowWidth: 500,
    PixelData: ramp,
  }),
  deep: image(secondaryCapture, 'OT', { ...deep, ConversionType: 'WSD', PixelData: ramp }),
  ultrasound: image(ultrasound, 'US', colour),
  retired: image(retiredUltrasound, 'US', colour),
  clip: image(multiFrame, 'US', {
    ...colour,
    NumberOfFrames: 3,
    FrameTime: '40',
    FrameIncrementPointer: 0x00181063,
    PixelData: Buffer.concat([gradient(3), gradient(3, 3), gradient(3, 5)]),
  }),
  retiredClip: image(retiredMultiFrame, 'US', {
    ...colour,
    NumberOfFrames: 2,
    FrameTime: '40',
    FrameIncrementPointer: 0x00181063,
    PixelData: Buffer.concat([gradient(3), gradient(3, 3)]),
  }),
};
export const studyOf = (name: string): string => `1.2.826.0.1.77.${Object.keys(images).indexOf(name) + 1}`;
export const uidOf = (name: string): string => `${studyOf(name)}.1.1`;
