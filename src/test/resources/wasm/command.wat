;; Commands in one: the first character of stdin says which (stdin is JSON, so a digit).
;; 1 writes text, 2 writes to stderr and exits with 7, 3 writes without end, 4 sleeps for an hour,
;; 5 exits with 0, 6 reads into a buffer it does not have, 7 counts arguments and variables.
(module
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 512) "plain text\n")
  (data (i32.const 544) "no such luck\n")
  (func $say (param $fd i32) (param $at i32) (param $length i32)
    (i32.store (i32.const 0) (local.get $at))
    (i32.store (i32.const 4) (local.get $length))
    (drop (call $write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))))
  (func (export "_start") (local $what i32)
    (i32.store (i32.const 0) (i32.const 1024))
    (i32.store (i32.const 4) (i32.const 1))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $what (i32.load8_u (i32.const 1024)))
    (if (i32.eq (local.get $what) (i32.const 49))
      (then (call $say (i32.const 1) (i32.const 512) (i32.const 11))))
    (if (i32.eq (local.get $what) (i32.const 50))
      (then
        (call $say (i32.const 2) (i32.const 544) (i32.const 13))
        (call $exit (i32.const 7))))
    (if (i32.eq (local.get $what) (i32.const 51))
      (then (loop $more (call $say (i32.const 1) (i32.const 0) (i32.const 60000)) (br $more))))
    (if (i32.eq (local.get $what) (i32.const 52))
      (then
        ;; one subscription: userdata 0, tag clock, id monotonic, timeout, precision, flags
        (i32.store (i32.const 2064) (i32.const 1))
        (i64.store (i32.const 2072) (i64.const 3600000000000))
        (drop (call $poll (i32.const 2048) (i32.const 3072) (i32.const 1) (i32.const 8)))))
    (if (i32.eq (local.get $what) (i32.const 53))
      (then
        (call $say (i32.const 1) (i32.const 512) (i32.const 5))
        (call $exit (i32.const 0))))
    (if (i32.eq (local.get $what) (i32.const 54))
      (then
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 0x7fffff00))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))
    (if (i32.eq (local.get $what) (i32.const 55))
      (then
        (drop (call $args (i32.const 16) (i32.const 20)))
        (drop (call $environ (i32.const 24) (i32.const 20)))
        (i32.store8 (i32.const 32) (i32.add (i32.const 48)
          (i32.add (i32.mul (i32.load (i32.const 24)) (i32.const 2)) (i32.load (i32.const 16)))))
        (call $say (i32.const 1) (i32.const 32) (i32.const 1))))))
