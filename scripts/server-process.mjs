// How the server's process is started: by `npm start`, and by the benchmark that measures it. Any Node.js from 20 on runs this.
import { join } from 'node:path';

export const program = 'apps/server/src/serve.ts';

/**
 * A small young generation: what the server makes lives short, and a third of its memory would be room for it otherwise.
 * And old objects are collected when they are half as much again as what is in use: by default four times as much may pile up.
 */
export const flags = ['--max-semi-space-size=4', '--heap-growing-percent=50'];

/** Where compiled code is kept: without it, what takes the types out of our source takes time and 15 MB of each process. */
export const compileCacheOf = (root) => join(root, 'node_modules', '.cache', 'node-compile');

/** Threads share two heaps of the C library: 2 MB less. */
export const environmentOf = (root) => ({ NODE_COMPILE_CACHE: compileCacheOf(root), MALLOC_ARENA_MAX: '2' });
