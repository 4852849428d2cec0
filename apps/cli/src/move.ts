// `concord move`: has a peer send to a third system. PS3.4 C.4.2.
import { Command } from 'commander';
import {
  type AssociationOptions,
  associate,
  peerOf,
  readAeTitle,
  requestContext,
  withAssociation,
} from './association-options.ts';
import { identifier } from './keys.ts';
import { models, type RetrieveModel } from './query-models.ts';
import { follow, withModel } from './retrieval.ts';
import { type Selection, selectionKeys, withSelection } from './selection.ts';
import type { Surroundings } from './surroundings.ts';

interface MoveOptions extends AssociationOptions, Selection {
  readonly to: string;
  readonly model: RetrieveModel;
  readonly json?: true;
}

const examples = `
The peer must know the destination's AE title and address.

Examples:
  concord move --study 1.2.840.1 --to WORKSTATION
  concord move --study 1.2.840.1 --series 1.2.840.1.2 --to WORKSTATION --peer PACS@pacs.example:104`;

/** The command. */
export const move = (surroundings: Surroundings): Command =>
  withSelection(withModel(withAssociation(new Command('move'))))
    .description('has a peer send studies, series or instances to another system (C-MOVE)')
    .requiredOption('--to <title>', 'AE title of the destination', readAeTitle)
    .option('--json', 'the counts as a JSON object')
    .addHelpText('after', examples)
    .action(async (options: MoveOptions) => {
      const request = identifier(selectionKeys(options));
      const sopClassUid = models[options.model].move;
      const peer = await peerOf(options, surroundings);
      await using association = await associate(peer, options, [requestContext(sopClassUid)], surroundings);
      const steps = association.move(sopClassUid, request, options.to, { signal: surroundings.signal });
      await follow(steps, { verb: 'sent', json: options.json === true }, surroundings);
      await association.release();
    });
