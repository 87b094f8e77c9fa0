;; Takes memory until it is refused, writes to all it got, then traps.
(module
  (memory 1)
  (func (export "hoard")
    (loop $more
      (if (i32.eq (memory.grow (i32.const 1)) (i32.const -1)) (then unreachable))
      (i32.store (i32.mul (i32.sub (memory.size) (i32.const 1)) (i32.const 65536)) (i32.const 1))
      (br $more)))
  ;; Grows by the given pages; gives the old size, or -1.
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
