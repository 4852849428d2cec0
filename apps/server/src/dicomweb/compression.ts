// Whether an answer is compressed on the way: RFC 9110 8.4 and 12.5.3.
import { isIP } from 'node:net';
import { constants, createGzip, type Gzip } from 'node:zlib';

const isLoopback = (address: string): boolean =>
  isIP(address) !== 0 && (address === '::1' || address.replace(/^::ffff:/u, '').startsWith('127.'));

/** Text shrinks to a tenth, which is worth it over a network; within one machine it only costs time. */
export const wantsGzip = (acceptEncoding: string | undefined, address: string): boolean => {
  if (acceptEncoding === undefined || isLoopback(address)) return false;
  const codings = acceptEncoding.split(',').map((coding) =>
    coding
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/u),
  );
  // What is named counts, whatever is said of all others.
  const [, weight = '1'] = codings.find(([name]) => name === 'gzip') ??
    codings.find(([name]) => name === '*') ?? ['', '0'];
  return Number(weight) > 0;
};

/** Fast rather than small; what has been written is sent on, not kept until a block is full. */
export const gzip = (): Gzip => createGzip({ level: 1, flush: constants.Z_SYNC_FLUSH });
