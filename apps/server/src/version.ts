// The version of this server, as its package says.
import packageFile from '../package.json' with { type: 'json' };

export const version: string = packageFile.version;
