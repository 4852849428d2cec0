// Whether this browser lets one choose a folder: those of phones do not.

export const canChooseFolders = (): boolean =>
  'webkitdirectory' in HTMLInputElement.prototype && !matchMedia('(pointer: coarse)').matches;
