// Coded values that this server writes into objects under the settings in force, by their context groups. PS3.2 A.8.3.1
import type { Annexes } from '@concord/conformance';
import { basicProfile, type ConfidentialityOption, confidentialityOptions } from '@concord/dicom/deidentify';
import { derivationCodes } from '@concord/imaging';
import type { Configuration } from '../settings/settings.ts';

type ContextGroup = Annexes['contextGroups'][number];
export type CodingSettings = Pick<Configuration, 'peers' | 'compressIncoming' | 'attributeFilters'>;

/** Options that some filter in use asks for; a request of the URI Service has none. */
function optionsIn({ peers, attributeFilters }: CodingSettings): readonly ConfidentialityOption[] {
  const used = attributeFilters.filter(({ name }) => peers.some(({ filter }) => filter === name));
  return [...new Set(used.flatMap(({ deidentify = [] }) => deidentify))];
}

const row = (context: string, cid: string, use: string): ContextGroup => ({
  context,
  defaultValueSet: `CID ${cid}`,
  configurable: 'No',
  use,
});

/** One row for each group of which a code is written. */
export function contextGroupsOf(settings: CodingSettings): ContextGroup[] {
  const { peers, compressIncoming } = settings;
  const compressed = compressIncoming.length > 0 || peers.some(({ lossy }) => lossy !== undefined);
  const derived =
    compressIncoming.some(({ sopInstanceUid }) => sopInstanceUid === 'new') ||
    peers.some(({ lossy, photometric }) => lossy !== undefined || photometric !== undefined);
  const { lossyCompression, uncompressedPredecessor, lossyPredecessor, processedSource } = derivationCodes;
  const options = optionsIn(settings).map((option) => confidentialityOptions[option]);
  const methods = [basicProfile, ...options].map(({ code, meaning }) => `(${code}, DCM, "${meaning}")`).join(', ');
  const codeOf = ({ value, meaning }: { value: string; meaning: string }) => `(${value}, DCM, "${meaning}")`;
  return [
    row(
      'De-identification method',
      '7050',
      `De-identification Method Code Sequence (0012,0064) of de-identified instances: ${methods}, by the options that apply.`,
    ),
    ...(derived
      ? [
          row(
            'Source image purpose of reference',
            uncompressedPredecessor.contextGroup,
            `Purpose of Reference Code Sequence (0040,A170) in Source Image Sequence (0008,2112) of derived images: ${codeOf(uncompressedPredecessor)}, ${codeOf(lossyPredecessor)} where the source was compressed with loss before, or ${codeOf(processedSource)} where colours were converted.`,
          ),
        ]
      : []),
    ...(compressed
      ? [
          row(
            'Image derivation',
            lossyCompression.contextGroup,
            `Derivation Code Sequence (0008,9215) of images that are compressed with loss: ${codeOf(lossyCompression)}, always.`,
          ),
        ]
      : []),
  ];
}
