// What only Node.js has, for a page: a test that asks for it is left out there.

/** A test wanted something of Node.js. */
export class NotInBrowser extends Error {}

const absent = (name: string) => (): never => {
  throw new NotInBrowser(`${name} is not in a browser`);
};

/** node:zlib, as far as tests name it. */
export const deflateRawSync = absent('node:zlib');
export const inflateRawSync = absent('node:zlib');
/** iconv-lite, whose every member says so. */
export default new Proxy({}, { get: absent('iconv-lite') });
