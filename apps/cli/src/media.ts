// `concord media`: file-sets in folders and on mounted media, created, listed, verified and imported. PS3.10, PS3.11
import { Command } from 'commander';
import { mediaCreate } from './media/create.ts';
import { mediaImport } from './media/import.ts';
import { mediaList } from './media/list.ts';
import { mediaVerify } from './media/verify.ts';
import type { Surroundings } from './surroundings.ts';

/** The group of commands. */
export const media = (surroundings: Surroundings): Command => {
  const group = new Command('media').description(
    'creates, lists, verifies and imports DICOM file-sets: folders and media with a DICOMDIR',
  );
  for (const make of [mediaCreate, mediaList, mediaVerify, mediaImport]) group.addCommand(make(surroundings));
  return group;
};
