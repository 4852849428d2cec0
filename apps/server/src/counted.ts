// A number and what it counts, as a person would write it.

/** `1 study`, `2 studies`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
