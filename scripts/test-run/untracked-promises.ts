// Preloaded by a test's process: node:test wants to hear of every promise that is made and collected, which costs streaming tests a third
// of their time. It needs that only to say which test an error belongs to that nobody awaits; without it such an error fails the file.
import { type AsyncHook, createHook, type HookCallbacks } from 'node:async_hooks';

const prototype: AsyncHook = Object.getPrototypeOf(createHook({}));
const { enable } = prototype;

/** The callback of that name, as a hook keeps it. */
const kept = (hook: AsyncHook, name: 'init' | 'destroy'): unknown => {
  const key = Object.getOwnPropertySymbols(hook).find(({ description }) => description === name);
  return key && Reflect.get(hook, key);
};

const isCallback = (value: unknown): value is (...given: never[]) => void => typeof value === 'function';

/** The first hook of a test's process is that of node:test: it finds a test by the resource that the test itself is. */
prototype.enable = function (this: AsyncHook): AsyncHook {
  prototype.enable = enable;
  const [init, destroy] = [kept(this, 'init'), kept(this, 'destroy')];
  if (!isCallback(init) || !isCallback(destroy)) return enable.call(this);
  const callbacks: HookCallbacks = { init, destroy };
  enable.call(createHook({ ...callbacks, trackPromises: false }));
  return this;
};
