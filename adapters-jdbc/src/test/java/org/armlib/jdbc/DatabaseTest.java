package org.armlib.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.armlib.domain.RetryPolicy;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    @Test
    void a_database_is_known_by_its_url() {
        assertThat(Database.of("jdbc:postgresql://db/armlib")).isEqualTo(Database.POSTGRESQL);
        assertThat(Database.of("jdbc:h2:./queue")).isEqualTo(Database.H2);
        assertThat(Database.of("jdbc:mariadb://db/armlib")).isEqualTo(Database.MARIADB);
        assertThat(Database.of("jdbc:mysql://db/armlib")).isEqualTo(Database.MYSQL);
    }

    @Test
    void an_unknown_database_is_an_error_that_names_the_known_ones() {
        assertThatThrownBy(() -> JdbcQueueManager.open(
                        JdbcAccess.to("jdbc:oracle:thin:@db"), JdbcQueueSettings.DEFAULT, RetryPolicy.DEFAULT))
                .isInstanceOf(UnknownDatabaseException.class)
                .hasMessageContaining("oracle")
                .hasMessageContaining("PostgreSQL");
    }

    @Test
    void a_password_is_not_shown() {
        assertThat(JdbcAccess.to("jdbc:postgresql://db/a?user=u&password=hush&x=y", "u", "secret"))
                .asString()
                .doesNotContain("hush")
                .doesNotContain("secret")
                .contains("x=y");
    }
}
