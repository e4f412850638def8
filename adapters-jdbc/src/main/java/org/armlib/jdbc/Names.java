package org.armlib.jdbc;

import java.util.Optional;
import java.util.regex.Pattern;
import org.armlib.domain.InvalidRequestException;

/** What the tables are called, and a way to write SQL that names them. */
record Names(Optional<String> schema, String prefix) {
    private static final Pattern LEGAL = Pattern.compile("[a-z_][a-z0-9_]{0,29}");

    Names {
        schema.ifPresent(name -> check("schema", name));
        check("table-prefix", prefix);
    }

    /** The beginning of every table's name, with the schema where one is given. */
    String qualified() {
        return schema.map(name -> name + "." + prefix).orElse(prefix);
    }

    /** {@code sql} with each {@code {table}} replaced by the name of that table. */
    String in(String sql) {
        return sql.replaceAll("\\{(live|finished|control|worker)}", qualified() + "$1");
    }

    private static void check(String what, String name) {
        if (!LEGAL.matcher(name).matches()) {
            throw new InvalidRequestException(
                    what,
                    "'" + name + "' is not allowed: 1 to 30 of a-z, 0-9 and _, the first no digit, so that every"
                            + " database takes it without quotes");
        }
    }
}
