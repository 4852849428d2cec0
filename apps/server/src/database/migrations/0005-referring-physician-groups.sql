-- A search by Referring Physician's Name compares all three groups of the name: each needs its index, or the study table is walked through.
create index study_by_referring_physician_ideographic on study (referring_ideographic);
create index study_by_referring_physician_phonetic on study (referring_phonetic);
