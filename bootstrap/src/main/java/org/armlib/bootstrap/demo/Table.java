package org.armlib.bootstrap.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** An answer: named columns and rows of cells, each a number or a plain word. */
record Table(List<Column> columns, List<List<String>> rows) {
    /** @param isText whether JSON puts its cells in quotes */
    record Column(String name, boolean isText) {
        static Column text(String name) {
            return new Column(name, true);
        }

        static Column number(String name) {
            return new Column(name, false);
        }
    }

    String toCsv() {
        StringBuilder csv =
                new StringBuilder(columns.stream().map(Column::name).collect(Collectors.joining(",", "", "\n")));
        rows.forEach(row -> csv.append(String.join(",", row)).append('\n'));
        return csv.toString();
    }

    String toJson() {
        return rows.stream().map(this::toObject).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private String toObject(List<String> row) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Column column = columns.get(i);
            String quote = column.isText() ? "\"" : "";
            members.add("\"" + column.name() + "\":" + quote + row.get(i) + quote);
        }
        return "{" + String.join(",", members) + "}";
    }
}
