// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taffrail.controller.decide.Command;
import io.taffrail.controller.decide.History;
import io.taffrail.controller.decide.RandomHistory;
import io.taffrail.controller.ratis.CommandCodec.Stamped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecPropertyTest {
    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void commandsAndStatesComeBackAsTheyWere(@ForAll long seed) throws IOException {
        History history = RandomHistory.run(seed, 100);
        for (Command command : history.commands()) {
            assertComesBack(command);
        }
        assertThat(SnapshotCodec.decode(SnapshotCodec.encode(history.state())))
                .isEqualTo(history.state());
    }

    private static void assertComesBack(Command command) {
        ByteBuffer bytes = CommandCodec.encode(command, 42).asReadOnlyByteBuffer();
        assertThat(CommandCodec.decode(bytes)).contains(new Stamped(command, 42));
    }

    @Test
    void commandsWithoutFieldsComeBackToo() {
        assertComesBack(new Command.ProveMajority());
        assertComesBack(new Command.UnregisterBroker(7));
    }

    @Test
    void whatCannotBeReadIsNoCommand() {
        ByteBuffer text = ByteBuffer.wrap("poison".getBytes(StandardCharsets.UTF_8));
        assertThat(CommandCodec.decode(text)).isEmpty();
        assertThat(CommandCodec.decode(ByteBuffer.allocate(0))).isEmpty();
    }

    @Test
    void anyFlippedBitOfASnapshotIsNoticed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("snapshot.1_1");
        SnapshotFile.write(file, SnapshotCodec.encode(RandomHistory.run(1, 10).state()));
        byte[] sound = Files.readAllBytes(file);
        for (int bit = 0; bit < sound.length * 8; bit += 13) {
            byte[] broken = sound.clone();
            broken[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, broken);
            assertThatThrownBy(() -> SnapshotFile.read(file))
                    .isInstanceOf(DamagedSnapshotException.class);
        }
        for (int length : List.of(0, 10, sound.length - 1)) {
            Files.write(file, java.util.Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> SnapshotFile.read(file))
                    .isInstanceOf(DamagedSnapshotException.class);
        }
    }
}
