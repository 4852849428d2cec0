// What the settings say of proposals, as it is asked for: the syntaxes of a SOP Class, and those an object may go out in. PS3.4 B.3.1
import { isStorageSopClass, transferSyntax } from '@concord/dicom';
import type { SendingParts } from '../archive/convert-on-send.ts';
import type { ConfiguredProposal } from '../settings/proposals.ts';

/** The entry that holds for a SOP Class; 'none' where its service has entries, and none of them for it; undefined: everything goes. */
function entryFor(
  proposes: readonly ConfiguredProposal[],
  sopClassUid: string,
): ConfiguredProposal | 'none' | undefined {
  const service = isStorageSopClass(sopClassUid) || !sopClassUid.startsWith('1.2.840.10008.') ? 'storage' : 'query';
  const entries = proposes.filter((each) => each.service === service);
  if (entries.length === 0) return undefined;
  return (
    entries.find(({ sopClasses }) => sopClasses?.includes(sopClassUid)) ??
    entries.find(({ sopClasses }) => sopClasses === undefined) ??
    'none'
  );
}

/** All that is proposed for a SOP Class, whatever the objects are in; [] nothing; undefined: what the objects ask for. */
export function proposedSyntaxes(
  proposes: readonly ConfiguredProposal[],
  sopClassUid: string,
): readonly string[] | undefined {
  const entry = entryFor(proposes, sopClassUid);
  if (entry === 'none') return [];
  return entry === undefined || entry.proposed === 'needed' ? undefined : entry.transferSyntaxes;
}

const isUncompressed = (uid: string): boolean => transferSyntax(uid)?.encapsulated === false;

/** The syntaxes an object may go out in, the best first; undefined where nothing is said of them. */
export const createSyntaxes = (proposes: readonly ConfiguredProposal[]): SendingParts['syntaxes'] =>
  proposes.some(({ service }) => service === 'storage')
    ? ({ sopClassUid, transferSyntaxUid }, alternatives) => {
        const entry = entryFor(proposes, sopClassUid);
        if (entry === 'none' || entry === undefined) return [];
        const { transferSyntaxes, proposed = 'all', preferred = 'as kept' } = entry;
        const possible = [
          transferSyntaxUid,
          ...alternatives.filter((uid) => proposed === 'all' || isUncompressed(uid)),
        ];
        return preferred === 'as listed'
          ? transferSyntaxes.filter((uid) => possible.includes(uid))
          : possible.filter((uid) => transferSyntaxes.includes(uid));
      }
    : undefined;
