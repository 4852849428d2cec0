// Conformance statements (PS3.2): model, generator, validator, comparator, test plan, executor. Nothing is built yet: the room keeps its place in the direction of imports.
export {};
