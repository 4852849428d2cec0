// Numbers among the arguments.
import { InvalidArgumentError } from 'commander';

/** A whole number from `minimum` to `maximum`, as commander wants its parsers. */
export const wholeNumber = (minimum: number, maximum: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < minimum || value > maximum)
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  return value;
};
