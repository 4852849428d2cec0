// Digital signatures of test instances: made, and verified in what comes back. PS3.15 Annex C.1, PS3.3 C.12.1.1.3
import { sign, verify, X509Certificate } from 'node:crypto';
import { DataSet, explicitVrLittleEndian, writeDataSet } from '@concord/dicom';
import { selfSigned } from './self-signed.ts';
import { freshUid } from './test-data.ts';

/** What of a signature's item is not signed: certificate, signature, time stamp. PS3.3 C.12.1.1.3.1.1 */
const unsignedTags = new Set([0x04000115, 0x04000120, 0x04000305, 0x04000310]);

const macId = 1;

function only(dataSet: DataSet, wanted: (tag: number) => boolean): DataSet {
  const chosen = dataSet.clone();
  for (const { tag } of [...dataSet.elements()]) if (!wanted(tag)) chosen.delete(tag);
  return chosen;
}

/** What goes into the MAC: elements as they are encoded; sequences, which would be without their lengths, are not among them. */
function signedBytes(dataSet: DataSet, tags: ReadonlySet<number>, signature: DataSet): Buffer {
  const body = only(dataSet, (tag) => tags.has(tag));
  const item = only(signature, (tag) => !unsignedTags.has(tag));
  return Buffer.concat([body, item].map((each) => writeDataSet(each, explicitVrLittleEndian)));
}

/** As a DT value in UTC. PS3.5 6.2 */
const now = (): string => `${new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}.000000+0000`;

/** Adds a signature over all elements of a data set without sequences, by a key that nobody knows. */
export function signDataSet(dataSet: DataSet): void {
  const tags = [...dataSet.elements()].map(({ tag }) => tag);
  const { certificate, key } = selfSigned('Conformance test', { algorithm: 'rsa' });
  const mac = new DataSet();
  mac.set('MACIDNumber', macId);
  mac.set('MACCalculationTransferSyntaxUID', explicitVrLittleEndian);
  mac.set('MACAlgorithm', 'SHA256');
  mac.set('DataElementsSigned', tags);
  const signature = new DataSet();
  signature.set('MACIDNumber', macId);
  signature.set('DigitalSignatureUID', freshUid());
  signature.set('DigitalSignatureDateTime', now());
  signature.set('CertificateType', 'X509_1993_SIG');
  const signed = signedBytes(dataSet, new Set(tags), signature);
  signature.set('CertificateOfSigner', even(new X509Certificate(certificate).raw), 'OB');
  signature.set('Signature', even(sign('sha256', signed, key)), 'OB');
  dataSet.set('MACParametersSequence', [mac]);
  dataSet.set('DigitalSignaturesSequence', [signature]);
}

const even = (bytes: Uint8Array): Uint8Array =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Uint8Array.of(0)]);

/** DER may be followed by a byte that makes its length even: its own length counts. X.690 8.1.3 */
function withoutPadding(der: Uint8Array): Uint8Array {
  const buffer = Buffer.from(der);
  return der.length > 4 && der[1] === 0x82 ? der.subarray(0, 4 + buffer.readUInt16BE(2)) : der;
}

/** Why the signature of an instance does not hold; undefined where it does. Never throws. */
export function signatureFault(dataSet: DataSet): string | undefined {
  const [mac] = dataSet.items('MACParametersSequence');
  const [signature] = dataSet.items('DigitalSignaturesSequence');
  if (!mac || !signature) return 'there is no signature';
  const [certificate, value] = [signature.bytes('CertificateOfSigner'), signature.bytes('Signature')];
  if (!certificate || !value) return 'the signature is not whole';
  const tags = new Set(mac.tags('DataElementsSigned'));
  const missing = [...tags].filter((tag) => !dataSet.has(tag)).length;
  if (missing > 0) return `${missing} signed attributes are missing`;
  try {
    const { publicKey } = new X509Certificate(withoutPadding(certificate));
    const holds = verify('sha256', signedBytes(dataSet, tags, signature), publicKey, value);
    return holds ? undefined : 'the signature does not fit what was signed';
  } catch (error) {
    return `the signature cannot be read: ${error instanceof Error ? error.message : error}`;
  }
}
