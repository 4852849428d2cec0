// Conditions whose English says it in other words: module conditions, and rule names of the templates. Tags are resolved where used.
import type { Condition } from '../../packages/dicom/src/iod/condition.ts';

const palette: Condition = ['is', '00280004', 0, ['PALETTE COLOR']];
const color: Condition = ['is', '/00089205', 0, ['COLOR', 'MIXED']];
const monochrome: Condition = ['is', '00280004', 0, ['MONOCHROME1', 'MONOCHROME2']];
const multiFrame: Condition = ['greater', '/00280008', 1];
const valueType = (...values: string[]): Condition => ['is', '0040A040', 0, values];
const recordType = (...values: string[]): Condition => ['is', '00041430', 0, values];
const observer = (...values: string[]): Condition => ['is', '0040A084', 0, values];
const imageTypeValue3 = (...values: string[]): Condition => ['is', '/00080008', 3, values];

const originalOrMixed: Condition = ['is', '/00080008', 1, ['ORIGINAL', 'MIXED']];
const modernMr: Condition = ['not', ['is', '/00080016', 0, ['1.2.840.10008.5.1.4.1.1.4.4']]];
/** A value other than these, where there is one. */
const otherThan = (tag: string, ...values: string[]): Condition => [
  'all',
  [
    ['present', tag],
    ['not', ['is', tag, 0, values]],
  ],
];
/** A segmentation with a frame of reference. */
const locatedSegmentation: Condition = [
  'all',
  [
    ['is', '/00080016', 0, ['1.2.840.10008.5.1.4.1.1.66.4']],
    ['present', '/00200052'],
  ],
];
/** Patient-relative planes of PS3.3 C.7.6.16.2.3 and 2.4. */
const originalPlane: Condition = [
  'any',
  [['all', [['is', '00089007', 1, ['ORIGINAL']], otherThan('00089206', 'DISTORTED')]], locatedSegmentation],
];

const withPatientPosition = ['2', '2.1', '2.2', '4', '4.1', '4.2', '4.3', '4.4'].map(
  (end) => `1.2.840.10008.5.1.4.1.1.${end}`,
);

/** By the words of the table, without a full stop at the end; `…` stands for the rest of a long sentence. */
export const phrases: Readonly<Record<string, Condition>> = {
  'Required if image does not require Image Orientation (Patient) (0020,0037) and…': [
    'all',
    [
      ['not', ['present', '/00200037']],
      ['not', ['present', '/00200032']],
      ['not', ['present', '/00480102']],
      ['not', ['present', '/52009229']],
      ['not', ['module', 'image-plane']],
    ],
  ],
  'Required for images where Patient Orientation Code Sequence (0054,0410) is not present and whose SOP Class UID…': [
    'all',
    [
      ['not', ['present', '/00540410']],
      ['is', '/00080016', 0, withPatientPosition],
    ],
  ],
  'Required if either: Frame Type (0008,9007) Value 1 of this frame is ORIGINAL and Volumetric Properties (0008,9206) of this frame is other than DISTORTED…':
    originalPlane,
  'Required if either: Volumetric Properties (0008,9206) is other than DISTORTED or SAMPLED…': [
    'any',
    [otherThan('/00089206', 'DISTORTED', 'SAMPLED'), locatedSegmentation],
  ],
  'Required if either: Volumetric Properties (0008,9206) is VOLUME or SAMPLED…': [
    'any',
    [['is', '/00089206', 0, ['VOLUME', 'SAMPLED']], locatedSegmentation],
  ],
  'Required if Acquisition Contrast (0008,9209) in any MR Image Frame Type Functional Group in the SOP Instance equals DIFFUSION…':
    ['all', [['is', '00089209', 0, ['DIFFUSION']], originalOrMixed]],
  'Required if Spatial Pre-saturation (0018,9027) equals SLAB for any Frame in the SOP Instance and Image Type…': [
    'all',
    [['is', '00189027', 0, ['SLAB']], originalOrMixed],
  ],
  'Required if Dimension Organization Type (0020,9311) is not TILED_FULL and Segmentation Type (0062,0001) is not LABELMAP':
    [
      'all',
      [
        ['not', ['is', '/00209311', 0, ['TILED_FULL']]],
        ['not', ['is', '/00620001', 0, ['LABELMAP']]],
      ],
    ],
  'Dimension organization type is absent or not TILED_FULL': ['not', ['is', '/00209311', 0, ['TILED_FULL']]],
  'Not legacy converted MR': modernMr,
  'Shall be NONE if no k-space filter. Required if Image Type (0008,0008) Value 1 is ORIGINAL or MIXED…': [
    'all',
    [originalOrMixed, modernMr],
  ],
  'Required if the value of Dimension Index Sequence (0020,9222) exists': ['present', '/00209222'],
  'Required if Diffusion Directionality (0018,9075) equals DIRECTIONAL May be present if…': [
    'is',
    '00189075',
    0,
    ['DIRECTIONAL'],
  ],
  'Required if Contrast/Bolus Agent Sequence (0018,0012) is used…': ['present', '/00180012'],
  'Required if the Enhanced Contrast/Bolus Module is present': ['module', 'enhanced-contrast-bolus'],
  'Required if Value Type (0040,A040) is TEXT, NUM, CODE, DATETIME, DATE, TIME, UIDREF or PNAME. Required if…':
    valueType('TEXT', 'NUM', 'CODE', 'DATETIME', 'DATE', 'TIME', 'UIDREF', 'PNAME'),
  'Photometric interpretation needs palette': palette,
  'Monochrome and window center not present': ['all', [monochrome, ['not', ['present', '00281050']]]],
  'Window center present': ['present', '00281050'],
  'Institution code sequence not present': ['not', ['present', '00080082']],
  'Institution name not present': ['not', ['present', '00080080']],
  'Rational numerator value is present': ['present', '0040A162'],
  'Observer type is device': observer('DEV'),
  'Observer type is person': observer('PSN'),
  'Required if Observer Type value is DEV': observer('DEV'),
  'Required if Observer Type value is PSN': observer('PSN'),
  'Value type is numeric': valueType('NUMERIC', 'NUM'),
  'Value type is date time': valueType('DATETIME'),
  'Value type is UID': valueType('UIDREF'),
  'Value type is date': valueType('DATE'),
  'Value type is time': valueType('TIME'),
  'Value type is person name': valueType('PNAME'),
  'Value type is text': valueType('TEXT'),
  'Value type is code': valueType('CODE'),
  'Value type is composite or image or waveform': valueType('COMPOSITE', 'IMAGE', 'WAVEFORM'),
  'Directory record type is presentation': recordType('PRESENTATION'),
  'Content sequence present': ['present', '0040A730'],
  'Is multienergy CT acquisition': ['is', '/00189361', 0, ['YES']],
  'Required if Rescale Intercept is present': ['present', '00281052'],
  'Required if Context Identifier is present': ['present', '0008010F'],
  'Required if Context Group Extension Flag is present with value Y': ['is', '0008010B', 0, ['Y']],
  'Required if Pixel Component Organization equals 0 or 1. Otherwise not used': ['is', '00186044', 0, ['0', '1']],
  'Required if Presentation Intent Type (0008.0068) = FOR PROCESSING': ['is', '/00080068', 0, ['FOR PROCESSING']],
  'Image type value3 is volume': imageTypeValue3('VOLUME'),
  'Required if Image Type Value 3 is VOLUME or THUMBNAIL. May be present otherwise': imageTypeValue3(
    'VOLUME',
    'THUMBNAIL',
  ),
  'Shutter shape is rectangular': ['is', '00181600', 0, ['RECTANGULAR']],
  'Required if Number of Frames is greater than 1': multiFrame,
  'Required if pixel data is Multi-frame Cine data': multiFrame,
  'Required if pixel data is Multi-frame Cine Data': multiFrame,
  'Required if pixel data is multi-frame data': multiFrame,
  'Required if Frame Increment Pointer (0028,0009) is Frame Time (0018,1063) or Frame Time Vector (0018,1065)': [
    'is',
    '/00280009',
    0,
    ['00181063', '00181065'],
  ],
  'Required if Modality = IVUS': ['is', '/00080060', 0, ['IVUS']],
  'Required if Modality (0008,0060) = IVUS. May be present otherwise': ['is', '/00080060', 0, ['IVUS']],
  'Required if Pixel Presentation (0008,9205) in the Enhanced MR Image Module equals COLOR or MIXED': color,
  'Required if Pixel Presentation (0008,9205) in the Enhanced CT Image Module equals COLOR or MIXED': color,
  'Required if the Palette Color Lookup Table Module is present': ['module', 'palette-color-lookup-table'],
  'Required if the Palette Color Lookup Table Module is not present': ['not', ['module', 'palette-color-lookup-table']],
  'Required if Graphic Annotation Module is present': ['module', 'graphic-annotation'],
  'Required if Generic Implant Template 3D Models Module is present': ['module', 'generic-implant-template-3d-models'],
  'Required if integer pixels': ['present', '/7FE00010'],
  'Required if 32 bit floating point pixels': ['present', '/7FE00008'],
  'Required if 64 bit floating point pixels': ['present', '/7FE00009'],
  'Required if Graphic Layer (0070,0002) is present in the Volumetric Graphic Annotation Module or the Graphic Annotation Module':
    [
      'any',
      [
        ['module', 'graphic-annotation'],
        ['module', 'volumetric-graphic-annotation'],
      ],
    ],
  'Required if X-Ray Receptor Type (0018,9420) is present and equals IMG_INTENSIFIER': [
    'is',
    '/00189420',
    0,
    ['IMG_INTENSIFIER'],
  ],
  'Required if X-Ray Receptor Type (0018,9420) is present and equals DIGITAL_DETECTOR': [
    'is',
    '/00189420',
    0,
    ['DIGITAL_DETECTOR'],
  ],
  'Required if the Current Frame Functional Groups Module is present': ['module', 'current-frame-functional-groups'],
};
