/** The command line: {@link org.armlib.bootstrap.cli.Main} and its subcommands, a class each. */
@NullMarked
package org.armlib.bootstrap.cli;

import org.jspecify.annotations.NullMarked;
