// Other systems this one knows by their AE title: destinations of C-MOVE, partners of C-ECHO.
import { BadValue, integer, readAeTitle, readFields, within } from './kinds.ts';

export interface ConfiguredPeer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** The title this server gives itself towards the peer; absent: its own. */
  readonly callingAeTitle?: string;
}

const port = integer({ default: 104, minimum: 1, maximum: 65535, text: 'TCP port' });

const readHost = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9.:_-]{1,253}$/.test(value))
    throw new BadValue(`must be a host name or address, not ${JSON.stringify(value)}`);
  return value;
};

/** One entry of `peers`. Throws BadValue. */
export const readPeer = (value: unknown): ConfiguredPeer => {
  const fields = readFields(value, ['aeTitle', 'host', 'port', 'callingAeTitle']);
  const peer = {
    aeTitle: within('aeTitle', () => readAeTitle(fields.get('aeTitle'))),
    host: within('host', () => readHost(fields.get('host'))),
    port: within('port', () => port.read(fields.get('port'))),
  };
  if (!fields.has('callingAeTitle')) return peer;
  return { ...peer, callingAeTitle: within('callingAeTitle', () => readAeTitle(fields.get('callingAeTitle'))) };
};
