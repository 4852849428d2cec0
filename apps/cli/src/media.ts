// `concord media`: file-sets in folders and on mounted media, created, listed and verified. PS3.10, PS3.11
import { Command } from 'commander';
import { mediaCreate } from './media/create.ts';
import { mediaList } from './media/list.ts';
import { mediaVerify } from './media/verify.ts';
import type { Surroundings } from './surroundings.ts';

/** The group of commands. */
export const media = (surroundings: Surroundings): Command => {
  const group = new Command('media').description(
    'creates, lists and verifies DICOM file-sets: folders and media with a DICOMDIR',
  );
  for (const make of [mediaCreate, mediaList, mediaVerify]) group.addCommand(make(surroundings));
  return group;
};
