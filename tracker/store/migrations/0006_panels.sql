-- Whose verdict an audit counts: the director's, as until now, or a panel's. CHECK cannot be added to a
-- table that is there; `integrity.py` holds both columns to the lot's scope.
ALTER TABLE lots ADD COLUMN verdict_of TEXT DEFAULT 'director';
ALTER TABLE lots ADD COLUMN panel JSON DEFAULT '[]';
ALTER TABLE lots ALTER COLUMN verdict_of SET NOT NULL;
ALTER TABLE lots ALTER COLUMN panel SET NOT NULL;
