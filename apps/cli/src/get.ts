// `concord get`: fetches studies, series or instances into a folder over the same association. PS3.4 C.4.3.
import { mkdir } from 'node:fs/promises';
import { NetworkError } from '@concord/network';
import { Command } from 'commander';
import { type AssociationOptions, associate, peerOf, requestContext, withAssociation } from './association-options.ts';
import { keep } from './keep.ts';
import { identifier } from './keys.ts';
import { models, type RetrieveModel } from './query-models.ts';
import { follow, withModel } from './retrieval.ts';
import { isSelected, type Selection, selectionKeys, withSelection } from './selection.ts';
import { receivingContexts } from './storage-contexts.ts';
import type { Surroundings } from './surroundings.ts';

interface GetOptions extends AssociationOptions, Selection {
  readonly to: string;
  readonly model: RetrieveModel;
  readonly sopClass?: readonly string[];
  readonly json?: true;
}

const examples = `
Files are named by their SOP Instance UID and replace older ones of the same name.

Examples:
  concord get --study 1.2.840.1 --to downloaded
  concord get --study 1.2.840.1 --series 1.2.840.1.2,1.2.840.1.3 --to downloaded`;

/** The command. */
export const get = (surroundings: Surroundings): Command =>
  withSelection(withModel(withAssociation(new Command('get'))))
    .description('fetches studies, series or instances from a peer into a folder (C-GET)')
    .option('--to <folder>', 'where the files go; made if it is not there', '.')
    .option(
      '--sop-class <uid...>',
      'storage SOP Classes to accept, where the peer does not tell and a rare one is expected',
    )
    .option('--json', 'the counts as a JSON object')
    .addHelpText('after', examples)
    .action((options: GetOptions) => run(options, surroundings));

async function run(options: GetOptions, surroundings: Surroundings): Promise<void> {
  const keys = selectionKeys(options);
  const sopClassUid = models[options.model].get;
  const peer = await peerOf(options, surroundings);
  await mkdir(options.to, { recursive: true });
  const classes = options.sopClass ?? (await storedClasses(options, surroundings));
  const contexts = [requestContext(sopClassUid), ...receivingContexts(classes)];
  await using association = await associate(peer, options, contexts, surroundings);
  const kept = new Set<string>();
  const refused: string[] = [];
  const steps = association.get(sopClassUid, identifier(keys), {
    onStore: async (request, { presentationContext }) => {
      const status = await keep(options.to, request, presentationContext, (header) => isSelected(options, header));
      const uid = request.affectedSopInstanceUid;
      if (status.code === 0) kept.add(uid);
      else refused.push(`${uid}: ${status.comment ?? ''}`);
      return status;
    },
    signal: surroundings.signal,
  });
  const arrivals = { kept, refused };
  await follow(steps, { verb: 'received', json: options.json === true, arrivals }, surroundings);
  await association.release();
}

/** SOP Classes in Study (0008,0062), where the peer knows them; an optional key that many leave out. PS3.4 C.6.2.1.2. */
async function storedClasses(options: GetOptions, surroundings: Surroundings): Promise<readonly string[]> {
  if (options.study === undefined) return [];
  const sopClassUid = models[options.model].find;
  const keys = [
    { path: 'QueryRetrieveLevel', value: 'STUDY' },
    { path: 'StudyInstanceUID', value: options.study.replaceAll(',', '\\') },
    { path: 'SOPClassesInStudy', value: '' },
  ];
  try {
    await using association = await associate(
      await peerOf(options, surroundings),
      options,
      [requestContext(sopClassUid)],
      surroundings,
    );
    const found = new Set<string>();
    for await (const { identifier: match } of association.find(sopClassUid, identifier(keys), surroundings))
      for (const uid of match?.strings('SOPClassesInStudy') ?? []) found.add(uid);
    await association.release();
    return [...found];
  } catch (error) {
    // A peer that cannot be asked is offered the common classes.
    if (error instanceof NetworkError && ['no-context', 'aborted'].includes(error.fault)) return [];
    throw error;
  }
}
