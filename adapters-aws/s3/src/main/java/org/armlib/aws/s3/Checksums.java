package org.armlib.aws.s3;

/** How the store is made to check what it gets. */
public enum Checksums {
    /** By CRC32, as Amazon S3 does it. */
    WHEN_SUPPORTED,
    /** By Content-MD5, which older stores that speak the language of S3 know too. */
    WHEN_REQUIRED
}
