;; Counts to its argument, which takes as long as that is large.
(module
  (func (export "count") (param $to i64) (result i64)
    (local $at i64)
    (loop $next
      (local.set $at (i64.add (local.get $at) (i64.const 1)))
      (br_if $next (i64.lt_u (local.get $at) (local.get $to))))
    (local.get $at)))
