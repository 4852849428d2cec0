// A request as bytes, for what no HTTP client would send.
import { connect } from 'node:net';

/**
 * Sends bytes as they are and returns all that comes back until the server closes, or nothing has come for `waitMs`; for
 * `firstMs` where nothing has come at all.
 */
export const rawRequest = (port: number, request: string | Buffer, waitMs = 3000, firstMs = waitMs): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const done = () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    };
    socket.setTimeout(firstMs, done);
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      socket.setTimeout(waitMs);
    });
    socket.on('end', done);
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? done() : reject(error)));
    socket.write(request);
  });
