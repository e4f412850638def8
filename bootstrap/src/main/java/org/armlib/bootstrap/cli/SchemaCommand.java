package org.armlib.bootstrap.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.armlib.bootstrap.AdapterSchema;
import org.armlib.bootstrap.Armlib;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/** {@code schema}: what an administrator is to run where armlib may not create tables. */
@Command(
        name = "schema",
        description = {
            "Print the SQL that creates what the adapters in the configuration need in their databases.",
            "It is for a database in which armlib may not create tables: read it, or have its administrator read it, and"
                    + " run it with the database's own tool. Connects to nothing, changes nothing; takes the kind of"
                    + " database, the names of tables and the like from the configuration. Adapters that need no schema"
                    + " are left out."
        },
        footerHeading = "%nExample:%n",
        footer = "  armlib schema -c app.conf > armlib.sql")
final class SchemaCommand implements Callable<Integer> {
    private final Main main;

    SchemaCommand(Main main) {
        this.main = main;
    }

    @Override
    public Integer call() {
        List<AdapterSchema> schemas = Armlib.builder().appConf(main.config()).schemas();
        for (int i = 0; i < schemas.size(); i++) {
            if (i > 0) {
                main.printer().line("");
            }
            print(schemas.get(i));
        }
        if (schemas.isEmpty()) {
            main.printer().error(main.config() + ": none of its adapters needs a schema, there is nothing to create");
        }
        return ExitCode.OK;
    }

    private void print(AdapterSchema schema) {
        main.printer()
                .line("-- What " + schema.port().section() + ".adapter = " + schema.adapter() + " in " + main.config()
                        + " needs");
        main.printer().line("");
        main.printer().line(schema.statements().stripTrailing());
    }
}
