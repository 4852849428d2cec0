// The port for messages of a hospital's systems, where the settings want one. Loaded only then.
import { randomBytes } from 'node:crypto';
import { listenError } from '../start-error.ts';
import type { ArchivePart } from './archive.ts';
import type { Ground } from './ground.ts';

/** Opens the port and gives it; undefined: there is none. Throws StartError where it cannot be had. */
export async function composeHl7(
  { configuration, log, now, opened }: Ground,
  { orders }: Pick<ArchivePart, 'orders'>,
): Promise<number | undefined> {
  const { hl7, host, hl7Port: port, hl7CharacterSet: characterSet } = configuration;
  if (hl7 === 'off') return undefined;
  const { listenForMessages } = await import('../hl7/listen.ts');
  const newId = () => randomBytes(8).toString('hex').toUpperCase();
  const listening = await listenForMessages({ host, port, characterSet, orders, newId, now, log }).catch(
    (error: unknown) => {
      throw listenError('--hl7-port', host, port, error);
    },
  );
  opened.defer(listening.close);
  log.info({ port: listening.port }, 'listening for HL7 messages');
  return listening.port;
}
