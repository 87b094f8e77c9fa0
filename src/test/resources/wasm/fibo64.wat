(module
  (func $fibo (export "fibo") (param $n i64) (result i64)
    (if (result i64) (i64.lt_s (local.get $n) (i64.const 2))
      (then (i64.const 1))
      (else
        (i64.add
          (call $fibo (i64.sub (local.get $n) (i64.const 1)))
          (call $fibo (i64.sub (local.get $n) (i64.const 2))))))))
