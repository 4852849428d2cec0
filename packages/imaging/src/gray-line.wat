;; Grey levels of cells of 16 bits, sixteen at a time: level = cell's value * slope + offset, between 0 and 255.
;; Cells lie from 0 to 65536, their levels from 65536 on.
(module
  (memory (export "memory") 2)

  ;; Shifted up to lose what is above the stored value, turned into a signed number, shifted down.
  (func $values (param $cells v128) (param $up i32) (param $flip i32) (param $down i32) (result v128)
    (i16x8.shr_s
      (v128.xor (i16x8.shl (local.get $cells) (local.get $up)) (i16x8.splat (local.get $flip)))
      (local.get $down)))

  (func $on_line (param $values v128) (param $slope v128) (param $offset v128) (result v128)
    (i32x4.relaxed_trunc_f32x4_s
      (f32x4.add
        (f32x4.mul (f32x4.convert_i32x4_s (local.get $values)) (local.get $slope))
        (local.get $offset))))

  (func $levels (param $values v128) (param $slope v128) (param $offset v128) (result v128)
    (i16x8.narrow_i32x4_s
      (call $on_line (i32x4.extend_low_i16x8_s (local.get $values)) (local.get $slope) (local.get $offset))
      (call $on_line (i32x4.extend_high_i16x8_s (local.get $values)) (local.get $slope) (local.get $offset))))

  (func (export "draw")
    (param $bytes i32) (param $up i32) (param $flip i32) (param $down i32) (param $slope f32) (param $offset f32)
    (local $from i32) (local $to i32) (local $slopes v128) (local $offsets v128)
    (local.set $slopes (f32x4.splat (local.get $slope)))
    (local.set $offsets (f32x4.splat (local.get $offset)))
    (local.set $to (i32.const 65536))
    (loop $next
      (v128.store (local.get $to)
        (i8x16.narrow_i16x8_u
          (call $levels
            (call $values (v128.load (local.get $from)) (local.get $up) (local.get $flip) (local.get $down))
            (local.get $slopes) (local.get $offsets))
          (call $levels
            (call $values (v128.load offset=16 (local.get $from)) (local.get $up) (local.get $flip) (local.get $down))
            (local.get $slopes) (local.get $offsets))))
      (local.set $from (i32.add (local.get $from) (i32.const 32)))
      (local.set $to (i32.add (local.get $to) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $from) (local.get $bytes))))))
