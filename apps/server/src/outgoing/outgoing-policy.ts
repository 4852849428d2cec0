// What a peer gets of a stored instance: with what was put right or as it was received, filtered, or without identity.
import type { OutgoingChanges, StoredInstance } from '../archive/archive.ts';
import type { OutgoingForm } from '../archive/outgoing-forms.ts';
import { type AttributeFilter, filterFault } from '../settings/attribute-filters.ts';
import type { ConfiguredPeer } from '../settings/peers.ts';
import type { Configuration } from '../settings/settings.ts';
import { StartError } from '../start-error.ts';
import { withDefaultWindow } from './default-window.ts';
import { filteredValues } from './filtered-values.ts';
import { withoutIdentity } from './without-identity.ts';

/** The instance as a peer of that AE title gets it. */
export type Outgoing = (instance: StoredInstance, aeTitle: string) => StoredInstance;

export interface OutgoingParts extends Pick<Configuration, 'peers' | 'attributeFilters'> {
  /** What pseudonyms are derived from; asked for only where a filter de-identifies. */
  readonly secret: () => Uint8Array;
}

/** Throws StartError where the filters of peers are at fault. */
export function createOutgoing({ peers, attributeFilters, secret }: OutgoingParts): Outgoing {
  const filters = new Map(attributeFilters.map((filter) => [filter.name, filter]));
  // A name that is misspelt must not mean that everything goes out.
  const fault = filterFault(peers, attributeFilters);
  if (fault !== undefined) throw new StartError('peers', fault);
  return (instance, aeTitle) => {
    const peer = peers.find((each) => each.aeTitle === aeTitle);
    if (!peer) return instance;
    const { demographics = 'latest', filter: name, defaultWindow } = peer;
    const filter = name === undefined ? undefined : filters.get(name);
    if (name !== undefined && !filter) throw new Error(`${aeTitle} has the filter ${name}, which is not in force`);
    const shown = demographics === 'original' ? asReceived(instance) : instance;
    const chosen = filter ? filtered(shown, filter, secret) : shown;
    return defaultWindow ? withDefaultWindow(chosen, defaultWindow) : chosen;
  };
}

/** The forms in which peers get what goes out, of those that have one. */
export function createForms(peers: readonly ConfiguredPeer[]): (aeTitle: string) => OutgoingForm | undefined {
  return (aeTitle) => {
    const peer = peers.find((each) => each.aeTitle === aeTitle);
    if (!peer) return undefined;
    const { ultrasound, photometric, lossy, lossyQuality } = peer;
    return ultrasound || photometric || lossy ? { ultrasound, photometric, lossy, lossyQuality } : undefined;
  };
}

/** Without what was changed here, but for the UID it goes by: that is its name in the index. */
function asReceived({ changes, ...instance }: StoredInstance): StoredInstance {
  const renaming = changes?.overlays.filter(({ values }) => 'SOPInstanceUID' in values) ?? [];
  if (renaming.length === 0) return instance;
  const overlays = renaming.map((overlay) => ({
    ...overlay,
    values: { SOPInstanceUID: overlay.values.SOPInstanceUID ?? [] },
  }));
  return { ...instance, changes: { overlays } };
}

function filtered(instance: StoredInstance, filter: AttributeFilter, secret: () => Uint8Array): StoredInstance {
  const { changes: { overlays } = { overlays: [] } } = instance;
  const without = filter.deidentify && withoutIdentity(filter.deidentify, secret());
  const edit: OutgoingChanges['edit'] = (dataSet) =>
    filteredValues(without ? without.edit(dataSet) : dataSet.clone(), filter);
  const sopInstanceUid = without?.uidOf(instance) ?? instance.sopInstanceUid;
  return { ...instance, sopInstanceUid, changes: { overlays, edit } };
}
