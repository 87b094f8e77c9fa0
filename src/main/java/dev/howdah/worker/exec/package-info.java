/**
 * Runs programs of this machine, and of container images, that the operator has allowed.
 *
 * <p>{@link dev.howdah.worker.exec.ExecCaller} is the way in. A program gets an environment made
 * for it, never that of this process, and the directory of its execution; what it starts ends with
 * it.
 */
package dev.howdah.worker.exec;
