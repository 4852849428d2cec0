// What PostgreSQL and the way to it say, in the words of this room. PostgreSQL 15, Appendix A.
import { DatabaseError, type databaseFaults } from './database.ts';

const faultOfState: Readonly<Record<string, keyof typeof databaseFaults>> = {
  '23505': 'unique',
  '23503': 'reference',
  '53100': 'full',
  '53200': 'busy',
  '53300': 'busy',
  '55P03': 'busy',
  '57014': 'busy',
  '40P01': 'busy',
  '40001': 'busy',
};

const stateOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** The server answered and goes on: anything else is the connection's trouble, or (class 57P) the server's end. */
export const isAnswer = (error: unknown): boolean => {
  const state = stateOf(error);
  return /^[0-9A-Z]{5}$/u.test(state) && state !== 'EPIPE' && !state.startsWith('57P');
};

/** Two transactions waited for each other, or for what could not be: the same again may go well. */
export const isTransient = (error: unknown): boolean => ['40P01', '40001'].includes(stateOf(error));

/** A transaction that an earlier statement of it has ended already. */
export const isAfterFailure = (error: unknown): boolean => stateOf(error) === '25P02';

/** @param atCommit nobody knows whether a commit whose answer is lost was carried out */
export function databaseError(error: unknown, atCommit = false): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const words = error instanceof Error ? error.message : String(error);
  if (!isAnswer(error)) return new DatabaseError(atCommit ? 'failed' : 'unreachable', words, error);
  return new DatabaseError(faultOfState[stateOf(error)] ?? 'failed', words, error);
}
