// `concord echo`: is the peer there, and does it speak DICOM? PS3.4 Annex A.
import { statusClass, verificationSopClass } from '@concord/network';
import { Command } from 'commander';
import { type AssociationOptions, associate, peerOf, requestContext, withAssociation } from './association-options.ts';
import { timeText } from './size.ts';
import { statusText } from './status-text.ts';
import type { Surroundings } from './surroundings.ts';

/** The command. */
export const echo = (surroundings: Surroundings): Command =>
  withAssociation(new Command('echo'))
    .description('asks a peer for a sign of life (C-ECHO)')
    .argument('[peer]', 'the peer, in place of --peer')
    .option('--json', 'one JSON object instead of words')
    .addHelpText('after', '\nExamples:\n  concord echo\n  concord echo PACS@pacs.example:104')
    .action(async (peer: string | undefined, options: AssociationOptions & { json?: true }) => {
      const at = await peerOf(peer === undefined ? options : { ...options, peer }, surroundings);
      const began = performance.now();
      await using association = await associate(at, options, [requestContext(verificationSopClass)], surroundings);
      const connected = performance.now();
      const status = await association.echo();
      const answered = performance.now();
      await association.release();
      const where = `${at.aeTitle}@${at.host}:${at.port}`;
      const [connectTime, echoTime] = [connected - began, answered - connected];
      if (statusClass(status.code) !== 'success') surroundings.fail();
      surroundings.print(
        options.json
          ? JSON.stringify({
              peer: where,
              status: status.code,
              connectMilliseconds: connectTime,
              echoMilliseconds: echoTime,
            })
          : `${where} answered: ${statusText(status)} (connected in ${timeText(connectTime)}, echo in ${timeText(echoTime)})`,
      );
    });
