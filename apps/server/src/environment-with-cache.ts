// The environment of threads and processes of ours: the cache of compiled code goes with it.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/** They have the cache only by their environment; without it, taking the types out of our source costs each 20 MB and 100 ms. */
export function environmentWithCache(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}
