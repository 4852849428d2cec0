// The version of this server and the day of it, as its package says.
import packageFile from '../package.json' with { type: 'json' };

export const version: string = packageFile.version;

/** As ISO 8601 writes it. */
export const released: string = packageFile.released;
