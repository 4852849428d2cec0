// Data sets as the text of DICOM JSON objects. PS3.18 F.
import { createJsonTexts, type JsonTexts } from '@concord/dicom';

/** JSON is UTF-8, whatever a data set was written in: its Specific Character Set says so. PS3.18 F.2, PS3.3 C.12.1.1.2. */
export const modelCharacterSet = { specificCharacterSet: 'ISO_IR 192' } as const;

export const modelJsonTexts = (): JsonTexts => createJsonTexts(modelCharacterSet);
