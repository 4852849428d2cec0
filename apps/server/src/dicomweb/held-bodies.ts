// Memory that bodies take which have to be held whole, in all requests together: many senders at once cannot take all there is.
import { HttpProblem } from '../web/problem.ts';

/** What one request holds; all of it is free again when the request is over. */
export interface Hold extends Disposable {
  /** @throws HttpProblem overloaded where there is no room for so many bytes more at the moment */
  take(bytes: number): void;
}

export type HoldBody = () => Hold;

/** @param most bytes, of all requests at a time */
export const createHeldBodies = (most: number): HoldBody => {
  let held = 0;
  return () => {
    let own = 0;
    return {
      take(bytes) {
        if (held + bytes > most)
          throw new HttpProblem('overloaded', 'The server holds as many bodies as it can: send this one again later.');
        held += bytes;
        own += bytes;
      },
      [Symbol.dispose]() {
        held -= own;
        own = 0;
      },
    };
  };
};
