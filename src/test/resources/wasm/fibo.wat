(module
  (func $fibo (export "fibo") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (i32.const 1))
      (else
        (i32.add
          (call $fibo (i32.sub (local.get $n) (i32.const 1)))
          (call $fibo (i32.sub (local.get $n) (i32.const 2))))))))
