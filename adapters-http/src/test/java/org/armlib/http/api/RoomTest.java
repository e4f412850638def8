package org.armlib.http.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    @Test
    void no_more_is_taken_than_there_is() {
        Room room = new Room(10);

        assertThat(room.take(7)).isTrue();
        assertThat(room.take(4)).isFalse();
        assertThat(room.take(3)).isTrue();
        room.giveBack(7);
        assertThat(room.take(7)).isTrue();
        assertThat(room.take(1)).isFalse();
    }
}
