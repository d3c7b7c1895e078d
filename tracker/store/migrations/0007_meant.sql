-- How a take's shot was meant when its lot was frozen: what a certificate says of a take, it says of this.
-- Empty where it was not written down yet; then nothing is compared.
ALTER TABLE lot_takes ADD COLUMN meant JSON DEFAULT '{}';
ALTER TABLE lot_takes ALTER COLUMN meant SET NOT NULL;
