// SPDX-License-Identifier: Apache-2.0
package io.taffrail.controller.ratis;

import io.taffrail.controller.quorum.Applied;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * What was decided, handed from the state machine to the caller in the same process. It never goes
 * over a wire, so it has no bytes.
 */
record AppliedMessage(Applied applied) implements Message {
    @Override
    public ByteString getContent() {
        return ByteString.EMPTY;
    }
}
