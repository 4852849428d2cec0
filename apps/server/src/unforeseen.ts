// What becomes of failures that no code foresaw: told with their cause, and no more is lost than must be.
import type { Log } from '@concord/network';

/**
 * A rejection that nobody waited for is logged and the server goes on: whatever was acknowledged has been awaited, so
 * nothing rests on it, while ending the process would cost every other association its work. An exception that reached
 * the event loop may have left anything half done: it is logged and the process ends with status 1; what was
 * acknowledged is on disk, and the next start puts the rest in order.
 */
export function tellUnforeseen(log: Log, end: (status: number) => void = process.exit): void {
  process.on('unhandledRejection', (error) => {
    log.error({ err: error }, 'a failure that nobody waited for; the server goes on');
  });
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'a failure in the middle of something; the server ends and must be started again');
    end(1);
  });
}
