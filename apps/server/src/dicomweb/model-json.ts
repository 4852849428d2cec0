// A data set as the text of a DICOM JSON object. PS3.18 F.
import { type DataSet, type ToJsonOptions, toJson } from '@concord/dicom';

/** JSON is UTF-8, whatever the data set was written in: its Specific Character Set says so. PS3.18 F.2, PS3.3 C.12.1.1.2. */
const utf8 = { vr: 'CS', Value: ['ISO_IR 192'] };
const specificCharacterSet = '00080005';

export const modelJson = (dataSet: DataSet, options: ToJsonOptions = {}): string => {
  const model = toJson(dataSet, options);
  return JSON.stringify(specificCharacterSet in model ? { ...model, [specificCharacterSet]: utf8 } : model);
};
