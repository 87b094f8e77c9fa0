;; Everything an instance can remember: a global, memory and a table that grows.
(module
  (memory 1)
  (table 1 funcref)
  (global $count (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
    (i32.add
      (i32.mul (global.get $count) (i32.const 10))
      (i32.load (i32.const 0))))
  (func (export "growTable") (param i32) (result i32)
    (table.grow (ref.null func) (local.get 0))))
