// Which transfer syntaxes services take, in which order. PS3.5 chapter 10.
import { transferSyntaxes } from '@concord/dicom';

const explicitVrLittleEndian = '1.2.840.10008.1.2.1';
const implicitVrLittleEndian = '1.2.840.10008.1.2';
const explicitVrBigEndian = '1.2.840.10008.1.2.2';

/** For identifiers and attribute lists. */
export const dataSetSyntaxes: readonly string[] = [explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian];

/** Objects whose pixels are elsewhere cannot be kept. PS3.5 A.6, A.9. */
const storable = transferSyntaxes.filter(({ compression }) => compression !== 'by-reference');

/** Every syntax an object can be kept in: lossless ones first, as no sender should lose anything for our sake. */
export const storageSyntaxes: readonly string[] = [
  explicitVrLittleEndian,
  ...storable
    .filter(({ encapsulated, deflated, compression }) => (encapsulated || deflated) && compression !== 'lossy')
    .map(({ uid }) => uid),
  ...storable.filter(({ compression }) => compression === 'lossy').map(({ uid }) => uid),
  implicitVrLittleEndian,
  explicitVrBigEndian,
  ...storable
    .filter(
      ({ encapsulated, deflated, uid }) =>
        !encapsulated &&
        !deflated &&
        ![explicitVrLittleEndian, implicitVrLittleEndian, explicitVrBigEndian].includes(uid),
    )
    .map(({ uid }) => uid),
];
