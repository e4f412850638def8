-- In which trace a request was submitted, as traceparent and tracestate of W3C Trace Context with a space between.
ALTER TABLE ${qualified}live ADD COLUMN trace varchar(600) CHARACTER SET ascii COLLATE ascii_bin;
ALTER TABLE ${qualified}finished ADD COLUMN trace varchar(600) CHARACTER SET ascii COLLATE ascii_bin;

UPDATE ${qualified}control SET schema_version = 2 WHERE id = 1;
