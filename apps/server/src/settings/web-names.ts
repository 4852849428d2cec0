// Names of the web: origins of foreign viewers, host names this server goes by, its public address. RFC 6454, RFC 3986.
import { BadValue, type Setting } from './kinds.ts';

const urlOf = (value: unknown): URL | undefined =>
  typeof value === 'string' && value.length <= 2048 && URL.canParse(value) ? new URL(value) : undefined;

const isWeb = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

/** `https://viewer.example`, exactly as a browser sends it: no path, no slash at the end. Throws BadValue. */
export const readOrigin = (value: unknown): string => {
  const url = urlOf(value);
  if (url === undefined || !isWeb(url) || url.origin !== value)
    throw new BadValue(`must be an origin such as https://viewer.example, not ${JSON.stringify(value)}`);
  return url.origin;
};

/** A host name in lower case, without a port. Throws BadValue. */
export const readHostName = (value: unknown): string => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9._-]{1,253}$/.test(value))
    throw new BadValue(`must be a host name without a port, not ${JSON.stringify(value)}`);
  return value.toLowerCase();
};

/** An address that links begin with; '' where links follow the request. */
export const webAddress = ({ text }: { readonly text: string }): Setting<string> => ({
  kind: 'web address',
  default: '',
  text,
  range: 'http or https, default none',
  read(value) {
    const url = urlOf(value);
    if (url === undefined || !isWeb(url) || url.search !== '' || url.hash !== '' || url.username !== '')
      throw new BadValue(`must be an address such as https://pacs.example, not ${JSON.stringify(value)}`);
    return url.href.replace(/\/+$/, '');
  },
});
