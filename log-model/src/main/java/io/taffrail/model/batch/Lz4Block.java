// SPDX-License-Identifier: Apache-2.0
package io.taffrail.model.batch;

import java.nio.ByteBuffer;

/**
 * Decodes one block of the LZ4 block format (lz4_Block_format.md) behind what stands before it,
 * which it may refer to: the one thing that the library cannot do. Takes what liblz4 takes, whose
 * rules for a block's end are held too, so that nothing is stored here which readers elsewhere
 * cannot read; but not offset 0, which the format forbids. Safe on bytes from anyone.
 */
final class Lz4Block {
    /** No byte of a block stands for more bytes than this: one that goes on with a length. */
    static final int MAX_EXPANSION = 255;

    private static final int MIN_MATCH_BYTES = 4;
    private static final int LENGTH_GOES_ON = 15; // in either half of a token

    // "End of block conditions": behind a match follow literals, as many as these at least.
    private static final int LAST_LITERALS = 5;
    private static final int LAST_MATCH_TO_END = 12;
    private static final int OFFSET_BYTES = 2;
    private static final int LEAST_BEHIND_LITERALS = OFFSET_BYTES + 1 + LAST_LITERALS;

    private Lz4Block() {}

    /**
     * Decodes what is between position and limit of {@code block}, all of it.
     *
     * @param out holds what was decoded before, from its first byte up to {@code from}
     * @param room how many bytes may come out, which {@code out} has room for
     * @return where in {@code out} the decoded bytes end
     */
    static int decode(ByteBuffer block, byte[] out, int from, int room)
            throws CorruptRecordsException {
        int end = from + room;
        int at = from;
        while (true) {
            int token = nextByte(block);
            int literals = length(block, token >>> 4);
            require(literals <= block.remaining() && literals <= end - at);
            block.get(out, at, literals);
            at += literals;
            if (!block.hasRemaining()) { // the last sequence is literals alone
                require(at == from + literals || literals >= LAST_LITERALS);
                return at;
            }
            require(block.remaining() >= LEAST_BEHIND_LITERALS && at <= end - LAST_MATCH_TO_END);
            int offset = nextByte(block) | nextByte(block) << 8;
            int match = length(block, token & 0xF) + MIN_MATCH_BYTES;
            require(offset > 0 && offset <= at && match <= end - LAST_LITERALS - at);
            copy(out, at - offset, at, match);
            at += match;
        }
    }

    /** Cannot overflow: a block has up to 4 MiB. */
    private static int length(ByteBuffer block, int inToken) throws CorruptRecordsException {
        int length = inToken;
        if (inToken == LENGTH_GOES_ON) {
            int more;
            do {
                more = nextByte(block);
                length += more;
            } while (more == 0xFF);
        }
        return length;
    }

    /** Copies forward: a match may run into what it writes, which repeats it. */
    private static void copy(byte[] out, int from, int to, int length) {
        int offset = to - from;
        for (int copied = 0; copied < length; ) {
            int next = Math.min(offset + copied, length - copied);
            System.arraycopy(out, from, out, to + copied, next);
            copied += next;
        }
    }

    private static int nextByte(ByteBuffer block) throws CorruptRecordsException {
        require(block.hasRemaining());
        return block.get() & 0xFF;
    }

    private static void require(boolean wellFormed) throws CorruptRecordsException {
        if (!wellFormed) {
            throw CorruptRecordsException.corrupt("an LZ4 block is malformed");
        }
    }
}
