// What is in images that this server makes for a peer whose entry asks for another form: the declaration that statement and drift rest on. PS3.2 A.8.1.1, PS3.3 C.7.6.1.1
import type { ObjectBuilder } from '@concord/conformance';
import { type Keyword, tagOf } from '@concord/dicom';
import { derivationCodes } from '@concord/imaging';

type Presence = ObjectBuilder['attributes'][number]['presence'];

const storageServiceClass = '1.2.840.10008.4.2';

/** What they are called in the statement. */
export const derivedVariant = 'Derived images';

const row = (keyword: Keyword, presence: Presence, value: string): ObjectBuilder['attributes'][number] => ({
  tag: tagOf(keyword),
  presence,
  value,
  source: ['AUTO'],
});

const named = (code: keyof typeof derivationCodes): string =>
  `${derivationCodes[code].value} ${derivationCodes[code].meaning}`;

/** Images compressed with loss, or with colours converted: new instances, whose other attributes are those of their source. */
export const derivedImages: ObjectBuilder = {
  sopClasses: [storageServiceClass],
  variant: derivedVariant,
  madeFrom:
    'an image: a stored one on its way to a peer whose entry asks for lossy JPEG or another photometric interpretation, or one that comes and is kept in JPEG with loss under a UID of its own',
  attributes: [
    row('SOPClassUID', 'ALWAYS', 'That of the source.'),
    row('SOPInstanceUID', 'ALWAYS', 'Made from a hash of the source: the same source gives the same instance.'),
    row('ImageType', 'ALWAYS', 'DERIVED, then the other values of the source, or PRIMARY.'),
    row('DerivationDescription', 'ANAP', 'What was done, with the ratio of compression.'),
    row('DerivationCodeSequence', 'ANAP', `${named('lossyCompression')}, where it was compressed.`),
    row(
      'SourceImageSequence',
      'ANAP',
      `The source, with the purpose ${named('uncompressedPredecessor')}, ${named('lossyPredecessor')} where that was compressed with loss before, or ${named('processedSource')} where colours were converted.`,
    ),
    row('LossyImageCompression', 'ANAP', '01 where the image was ever compressed with loss.'),
    row('LossyImageCompressionRatio', 'ANAP', 'One value for each compression, the last of this one.'),
    row('LossyImageCompressionMethod', 'ANAP', 'ISO_10918_1 for JPEG.'),
    row('PhotometricInterpretation', 'ALWAYS', 'That of the encoded pixels.'),
    row('SamplesPerPixel', 'ALWAYS', '1 or 3.'),
    row('PlanarConfiguration', 'ANAP', '0 where there are three samples.'),
    row('BitsAllocated', 'ALWAYS', '8 or 16.'),
    row('BitsStored', 'ALWAYS', 'Up to that of the source.'),
    row('HighBit', 'ALWAYS', 'One less than Bits Stored.'),
    row('PixelRepresentation', 'ALWAYS', 'That of the source, or 0.'),
  ],
};
