-- Numbers of objects whose store several nodes share: taken in blocks, each block under the lease of the node that uses it. A row
-- that outlives its lease was left by a node that died: whoever finds it looks after the objects of its numbers.
create table object_block (
  first integer primary key,
  node text not null,
  leased_until text not null
);
-- The next block begins here: numbers are never given twice.
create table object_counter (
  name text primary key,
  next integer not null
);
