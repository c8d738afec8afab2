/**
 * A small HTTP/1.1 server (RFC 9110, RFC 9112) on blocking sockets: what the embedded registry
 * stands on. Start with {@link dev.imbrex.registry.internal.http.HttpListener}.
 *
 * <p>Why not the JDK's {@code com.sun.net.httpserver}: it sends the head and the body of an answer
 * in two writes and gives no access to the socket, so each small answer on a connection that is
 * kept waits for the client's delayed acknowledgement, 44 ms on Linux; it has no limit on the time
 * a client may stall other than by system properties for the whole process; and it answers what it
 * cannot parse by itself. Not exported.
 */
@NullMarked
package dev.imbrex.registry.internal.http;

import org.jspecify.annotations.NullMarked;
