-- Kinds of examinations that a site tells apart, as people have entered them.
create table exam_type (
  -- As compared: capitals, single spaces.
  folded text primary key,
  name text not null,
  -- ISO 8601, UTC.
  added_at text not null,
  added_by text not null
);
