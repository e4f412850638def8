package org.armlib.aws.s3;

/** What to do about the bucket's lifecycle rules, which remove what a crash or a missing janitor left behind. */
public enum Lifecycle {
    /** Install them when the cache is opened, beside the rules that are there. */
    INSTALL,
    /** Log them when the cache is opened, for a person to install. */
    PRINT,
    /** Nothing. */
    LEAVE
}
