-- What was refused, by age, among notes of what was here already.
create index reception_note_refused on reception_note (note_id) where outcome = 'refused';
