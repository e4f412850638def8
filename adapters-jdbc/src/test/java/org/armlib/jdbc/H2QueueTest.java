package org.armlib.jdbc;

class H2QueueTest implements JdbcContract {
    @Override
    public String url() {
        return "jdbc:h2:mem:queue;DB_CLOSE_DELAY=-1";
    }
}
