// Ends what is open when the address that it was opened at is no longer this machine's, as when a lease is not renewed. PS3.15 F.1.
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Acceptor, Log } from '@concord/network';

export interface AddressWatchParts {
  /** The address that is listened on. */
  readonly host: string;
  readonly acceptors: readonly Pick<Acceptor, 'associations' | 'abort'>[];
  readonly log: Log;
  /** Addresses of this machine beside those of the loopback interface. */
  readonly addresses?: () => readonly string[];
  /** Between two looks, in ms. */
  readonly everyMs?: number;
}

const ofThisMachine = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((found = []) =>
    found.flatMap(({ address, internal }) => (internal ? [] : [address])),
  );

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';

/**
 * Looks again and again until it is closed. Where every interface is listened on, associations end when the last address is gone;
 * those of this machine with itself go on.
 */
export function watchAddress(parts: AddressWatchParts): { close(): void } {
  const { host, acceptors, log, addresses = ofThisMachine, everyMs = 5000 } = parts;
  const isThere = () => {
    const here = addresses();
    return isAny(host) ? here.length > 0 : here.includes(host);
  };
  // A name is looked up by the system; and what was never there cannot be lost.
  if ((!isAny(host) && (isIP(host) === 0 || isLoopback(host))) || !isThere()) return { close: () => undefined };
  let there = true;
  const look = () => {
    const was = there;
    there = isThere();
    if (there || !was) return;
    for (const acceptor of acceptors)
      for (const { id, address } of acceptor.associations()) if (!isLoopback(address)) acceptor.abort(id);
    log.error({ host }, 'the address of this machine is gone; its associations were aborted');
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
