// Memory that bodies take which have to be held whole, in all requests together: many senders at once cannot take all there is.
import { HttpProblem } from '../web/problem.ts';

/** What one request holds; all of it is free again when the request is over. */
export interface Hold extends Disposable {
  /** @throws HttpProblem overloaded where there is no room for so many bytes more at the moment, too-large where there never is */
  take(bytes: number): void;
  /** As many as there is room for, at most so many; gives how many. */
  takeUpTo(bytes: number): number;
  /** So many of those that were taken are free again. */
  give(bytes: number): void;
}

export type HoldBody = () => Hold;

/** @param most bytes, of all requests at a time */
export const createHeldBodies = (most: number): HoldBody => {
  let held = 0;
  return () => {
    let own = 0;
    const add = (bytes: number): void => {
      held += bytes;
      own += bytes;
    };
    return {
      take(bytes) {
        if (own + bytes > most) throw new HttpProblem('too-large', `A request may make the server hold ${most} bytes.`);
        if (held + bytes > most)
          throw new HttpProblem('overloaded', 'The server holds as many bodies as it can: send this one again later.');
        add(bytes);
      },
      takeUpTo(bytes) {
        const taken = Math.max(0, Math.min(bytes, most - held));
        add(taken);
        return taken;
      },
      give: (bytes) => add(-bytes),
      [Symbol.dispose]: () => add(-own),
    };
  };
};

/** A part of what a request holds, which ends before it. */
export const holdWithin = (hold: Hold): Hold => {
  let own = 0;
  return {
    take(bytes) {
      hold.take(bytes);
      own += bytes;
    },
    takeUpTo(bytes) {
      const taken = hold.takeUpTo(bytes);
      own += taken;
      return taken;
    },
    give(bytes) {
      hold.give(bytes);
      own -= bytes;
    },
    [Symbol.dispose]() {
      hold.give(own);
      own = 0;
    },
  };
};
