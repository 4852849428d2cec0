// Which storage SOP Classes a C-GET offers to receive: an association has room for 128 contexts, the standard more classes. PS3.4 C.4.3.
import { isStorageSopClass, storageSopClasses, transferSyntaxes } from '@concord/dicom';
import type { ProposedContext } from '@concord/network';

/** Contexts left beside those of the query and the retrieval itself. PS3.8 9.3.2.2: odd identifiers in one octet. */
const room = 126;

// Objects of industry, treatment machines and single ophthalmic devices: the last to be missed.
const seldom =
  /DICOS|Eddy|Thermography|Implant|Protocol|Inventory|Measurements|Radiation(Set|Record|Salvage)|RadiationStorage|Instruction|Waveform|Volumetric|Agent/;

const common = storageSopClasses
  .filter(({ retired }) => !retired)
  .map(({ uid, keyword }) => ({ uid, last: seldom.test(keyword) && !/ECG/.test(keyword) }))
  .sort((a, b) => Number(a.last) - Number(b.last))
  .map(({ uid }) => uid);

/** Every syntax an object can come in, uncompressed ones last: a peer that keeps it compressed need not convert. */
const syntaxes = transferSyntaxes
  .filter(({ retired }) => !retired)
  .sort((a, b) => Number(b.encapsulated) - Number(a.encapsulated))
  .map(({ uid }) => uid);

/** Contexts in which we are the receiver: of the classes named, or, where none is, of the most common ones. */
export function receivingContexts(sopClassUids: readonly string[]): readonly ProposedContext[] {
  const named = sopClassUids.filter((uid) => isStorageSopClass(uid) || !uid.startsWith('1.2.840.10008.'));
  return (named.length > 0 ? named : common)
    .slice(0, room)
    .map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes: syntaxes, roles: { scu: false, scp: true } }));
}
