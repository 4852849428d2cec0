// Whether pixel data is as the transfer syntax has it and, uncompressed, as long as what describes it says. PS3.5 8.1.1, A.4, PS3.3 C.7.6.3.1.
import { nativeLength, tagOf, transferSyntax, uidName } from '@concord/dicom';
import type { Log } from '@concord/network';
import type { Configuration } from '../settings/settings.ts';
import type { Receipt } from './archive.ts';
import type { Objection } from './describe-instance.ts';
import type { TakenIn } from './take-in.ts';

/** Undefined where it is, with or without the byte that makes it even, or where nobody can say. */
export function lengthFlaw({ header, pixelData }: Pick<TakenIn, 'header' | 'pixelData'>): Objection | undefined {
  const asked = pixelData && nativeLength(pixelData, header);
  if (asked === undefined || pixelData?.length === undefined) return undefined;
  const { tag, length } = pixelData;
  if (length >= asked && length <= asked + (asked % 2)) return undefined;
  return { comment: `Pixel Data has ${length} bytes, not the ${asked} described`, offending: [tag] };
}

const pixelDataTag = tagOf('PixelData');

/** Frames in the form of another transfer syntax than the one that was agreed on; undefined where there are none. PS3.5 8.2, A.4. */
export function formFlaw({ pixelData }: Pick<TakenIn, 'pixelData'>, transferSyntaxUid: string): Objection | undefined {
  const { encapsulated } = transferSyntax(transferSyntaxUid) ?? {};
  if (pixelData?.tag !== pixelDataTag || encapsulated === undefined) return undefined;
  const isEncapsulated = pixelData.length === undefined;
  if (isEncapsulated === encapsulated || pixelData.length === 0) return undefined;
  const form = isEncapsulated ? 'encapsulated' : 'not encapsulated';
  return {
    comment: `Pixel Data is ${form} under ${uidName(transferSyntaxUid) ?? transferSyntaxUid}`.slice(0, 64),
    offending: [pixelDataTag],
  };
}

interface TellParts {
  readonly coercionWarning: Configuration['coercionWarning'];
  readonly log: Log;
}

/** What became of an object that is kept, with what is wrong with it: its sender is told by B007 where the settings ask for that. PS3.4 B.2.3. */
export function withFlaw(
  receipt: Receipt,
  { taken, transferSyntaxUid }: { readonly taken: TakenIn; readonly transferSyntaxUid: string },
  { coercionWarning, log }: TellParts,
): Receipt {
  const isKept = receipt.status.code === 0x0000 || receipt.status.code === 0xb000;
  const flaw = isKept ? (formFlaw(taken, transferSyntaxUid) ?? lengthFlaw(taken)) : undefined;
  if (!flaw) return receipt;
  const { comment, offending } = flaw;
  log.warn({ sopInstanceUid: taken.identifiers.sopInstanceUid, flaw: comment }, 'an object is kept that is not whole');
  const isTold = coercionWarning === 'on' && receipt.status.code === 0x0000;
  return { ...receipt, flaw, ...(isTold && { status: { code: 0xb007, comment, offending } }) };
}
