;; The Fibonacci numbers, counted so that fibo(0) = fibo(1) = 1: fibo(5) = 8, fibo(8) = 34.
;; Recursive on purpose: the running time grows like the result does.
(module
  (func $fibo (export "fibo") (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (i32.const 1))
      (else
        (i32.add
          (call $fibo (i32.sub (local.get $n) (i32.const 1)))
          (call $fibo (i32.sub (local.get $n) (i32.const 2))))))))
