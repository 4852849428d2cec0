export const program: string;
export const flags: readonly string[];
export function compileCacheOf(root: string): string;
export function environmentOf(root: string): Readonly<Record<string, string>>;
