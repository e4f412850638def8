-- In which trace a request was submitted, as traceparent and tracestate of W3C Trace Context with a space between.
ALTER TABLE ${qualified}live ADD COLUMN trace text;
ALTER TABLE ${qualified}finished ADD COLUMN trace text;

UPDATE ${qualified}control SET schema_version = 2 WHERE id = 1;
