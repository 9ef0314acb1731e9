// SPDX-License-Identifier: Apache-2.0
package io.taffrail.node.fuzz;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.taffrail.model.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A client that speaks just enough HTTP/2 to break off where no library would: in the middle of a
 * message, or without a word.
 */
final class HalfConnection implements AutoCloseable {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int END_HEADERS = 4;

    private final Socket socket;
    private final OutputStream out;
    private int nextStream = 1;

    /** Connects and says hello. */
    HalfConnection(HostPort address) throws IOException {
        socket = new Socket(address.host(), address.port());
        out = socket.getOutputStream();
        out.write(PREFACE);
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** Begins a call and sends {@code given} bytes of a message that claims to have more. */
    void beginMessage(String method, int claimedBytes, int given) throws IOException {
        int stream = nextStream;
        nextStream += 2;
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", "/" + method);
        header(headers, ":authority", "node");
        header(headers, "te", "trailers");
        header(headers, "content-type", "application/grpc");
        frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
        byte[] message = ByteBuffer.allocate(5 + given).put((byte) 0).putInt(claimedBytes).array();
        frame(DATA, 0, stream, message);
    }

    /** A literal without indexing and without Huffman's code (RFC 7541, 6.2.2). */
    private static void header(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(US_ASCII));
        to.write(value.length());
        to.writeBytes(value.getBytes(US_ASCII));
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        out.write(frame.array());
        out.flush();
    }

    /** Bytes that are no frames. */
    void noise(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Without a goodbye: the other side gets a reset. */
    @Override
    public void close() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }
}
