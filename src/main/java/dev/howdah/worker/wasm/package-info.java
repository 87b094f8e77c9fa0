/**
 * Runs WebAssembly modules: in this process on Chicory, or in a killable worker process on
 * Wasmtime.
 *
 * <p>Every call gets a fresh instance, a time limit and a memory limit; modules see no environment,
 * no file system and no network.
 */
package dev.howdah.worker.wasm;
