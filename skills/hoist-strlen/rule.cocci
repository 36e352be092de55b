// A loop whose condition asks strlen(s) for each turn, where nothing in the loop can change s or
// the string: the length is taken once, before the loop. (headroom makes names that end in __fresh
// unique.)
//
// It fires only where strlen(s) is evaluated whenever the condition is: then the length before the
// loop reads no string that was not read anyway. A loop stays as it is when in it the string is
// written (through s or a pointer made from it), s is moved, its address is taken, or s is given to
// a function that is not known only to read. s must be a parameter or a local variable: what a
// global points to may change behind any call.

// 1. The loops that may be meant.

@candidate disable all@
local idexpression s;
expression X, A, C, Y, Z;
type T, U;
identifier i;
binary operator compare = { <, <=, !=, > };
position p;
statement S;
@@
(
  for@p (...; X compare strlen(s); ...) S
|
  for@p (...; X compare strlen(s) && Y; ...) S
|
  for@p (...; X compare strlen(s) && Y && Z; ...) S
|
  for@p (...; X compare (U)strlen(s); ...) S
|
  for@p (...; X compare (U)strlen(s) && Y; ...) S
|
  for@p (...; X compare (U)strlen(s) && Y && Z; ...) S
|
  for@p (T i = A; X compare strlen(s); C) S
|
  for@p (T i = A; X compare strlen(s) && Y; C) S
|
  for@p (T i = A; X compare strlen(s) && Y && Z; C) S
|
  for@p (T i = A; X compare (U)strlen(s); C) S
|
  for@p (T i = A; X compare (U)strlen(s) && Y; C) S
|
  for@p (T i = A; X compare (U)strlen(s) && Y && Z; C) S
|
  while@p (X compare strlen(s)) S
|
  while@p (X compare strlen(s) && Y) S
|
  while@p (X compare strlen(s) && Y && Z) S
|
  while@p (X compare (U)strlen(s)) S
|
  while@p (X compare (U)strlen(s) && Y) S
|
  while@p (X compare (U)strlen(s) && Y && Z) S
)

// 2. Those among them that move s, or may write what it points to.

@moved@
local idexpression candidate.s;
position candidate.p, bad;
expression A, B, C, E1;
type T;
identifier i;
assignment operator set;
@@
(
  for@p@bad (...; B; ...) {
    <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \| &s \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \| &s \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \| &s \) ...+>
  }
)

@moved_in_header@
local idexpression candidate.s;
position candidate.p, bad;
expression A, B, C, E1;
type T;
identifier i;
assignment operator set;
statement S;
@@
(
  for@p@bad (...; B; <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \) ...+>) S
|
  for@p@bad (<+... \( s set E1 \| s++ \| ++s \| s-- \| --s \) ...+>; B; ...) S
|
  for@p@bad (T i = A; B; <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \) ...+>) S
|
  for@p@bad (T i = <+... \( s set E1 \| s++ \| ++s \| s-- \| --s \) ...+>; B; C) S
|
  while@p@bad (<+... \( s set E1 \| s++ \| ++s \| s-- \| --s \) ...+>) S
)

@written@
local idexpression candidate.s;
position candidate.p, bad;
expression A, B, C, E1, E2;
type T;
identifier i;
assignment operator set;
@@
(
  for@p@bad (...; B; ...) {
    <+... \( s[E1] set E2 \| *s set E1 \| *s++ set E1 \| *(s + E1) set E2 \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( s[E1] set E2 \| *s set E1 \| *s++ set E1 \| *(s + E1) set E2 \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( s[E1] set E2 \| *s set E1 \| *s++ set E1 \| *(s + E1) set E2 \) ...+>
  }
)

@counted@
local idexpression candidate.s;
position candidate.p, bad;
expression A, B, C, E1;
type T;
identifier i;
@@
(
  for@p@bad (...; B; ...) {
    <+... \( s[E1]++ \| s[E1]-- \| ++s[E1] \| --s[E1] \| (*s)++ \| (*s)-- \| ++*s \| --*s \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( s[E1]++ \| s[E1]-- \| ++s[E1] \| --s[E1] \| (*s)++ \| (*s)-- \| ++*s \| --*s \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( s[E1]++ \| s[E1]-- \| ++s[E1] \| --s[E1] \| (*s)++ \| (*s)-- \| ++*s \| --*s \) ...+>
  }
)

@given@
local idexpression candidate.s;
position candidate.p, bad;
expression A, B, C, E1;
type T, V;
identifier i;
identifier f !~
  "^(strn?len|str(n|case|ncase)?cmp|strc?spn|strr?chr|str(case)?str|mem(r?chr|cmp|mem)|f?puts)$";
@@
(
  for@p@bad (...; B; ...) {
    <+... \( f(..., s, ...)
          \| f(..., s + E1, ...)
          \| f(..., &s[E1], ...)
          \| f(..., (V)s, ...) \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( f(..., s, ...)
          \| f(..., s + E1, ...)
          \| f(..., &s[E1], ...)
          \| f(..., (V)s, ...) \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( f(..., s, ...)
          \| f(..., s + E1, ...)
          \| f(..., &s[E1], ...)
          \| f(..., (V)s, ...) \) ...+>
  }
)

// A string that is not const may be what any store in the loop writes.

@readonly@
local idexpression const char *s;
expression A, C;
type T;
identifier i;
position candidate.p, is;
statement S;
@@
(
  for@p@is (...; <+... strlen(s) ...+>; ...) S
|
  for@p@is (T i = A; <+... strlen(s) ...+>; C) S
|
  while@p@is (<+... strlen(s) ...+>) S
)

@stored@
local idexpression candidate.s;
position candidate.p, bad != readonly.is;
expression A, C, E, E1, E2;
type T;
identifier i, m;
assignment operator set;
statement S;
@@
(
  for@p@bad (...; <+... strlen(s) ...+>; ...) {
    <+... \( *E1 set E2
          \| E1[E] set E2
          \| E1->m set E2
          \| *E1++ set E2
          \| E1[E]++
          \| E1[E]--
          \| E1->m++
          \| E1->m-- \) ...+>
  }
|
  for@p@bad (T i = A; <+... strlen(s) ...+>; C) {
    <+... \( *E1 set E2
          \| E1[E] set E2
          \| E1->m set E2
          \| *E1++ set E2
          \| E1[E]++
          \| E1[E]--
          \| E1->m++
          \| E1->m-- \) ...+>
  }
|
  while@p@bad (<+... strlen(s) ...+>) {
    <+... \( *E1 set E2
          \| E1[E] set E2
          \| E1->m set E2
          \| *E1++ set E2
          \| E1[E]++
          \| E1[E]--
          \| E1->m++
          \| E1->m-- \) ...+>
  }
|
  for@p@bad (...; <+... strlen(s) ...+>; 
    <+... \( *E1 set E2
          \| E1[E] set E2
          \| E1->m set E2
          \| *E1++ set E2
          \| E1[E]++
          \| E1[E]--
          \| E1->m++
          \| E1->m-- \) ...+>) S
|
  for@p@bad (T i = A; <+... strlen(s) ...+>; 
    <+... \( *E1 set E2
          \| E1[E] set E2
          \| E1->m set E2
          \| *E1++ set E2
          \| E1[E]++
          \| E1[E]--
          \| E1->m++
          \| E1->m-- \) ...+>) S
)

// 3. Those that may write it through a pointer q that was made from s, or s from it.

@assigned@
local idexpression candidate.s;
expression q, E;
identifier f !~ "^(strn?len|[a-z_]*strn?dup|[a-z_]*alloc)$";
type V;
@@
(
  q = s
|
  q = s + E
|
  q = &s[E]
|
  q = (V)s
|
  q = f(..., s, ...)
|
  s = q
|
  s = q + E
|
  s = &q[E]
|
  s = (V)q
)

@declared@
local idexpression candidate.s;
identifier q;
identifier f !~ "^(strn?len|[a-z_]*strn?dup|[a-z_]*alloc)$";
expression E;
type T, V;
@@
(
  T q = s;
|
  T q = s + E;
|
  T q = &s[E];
|
  T q = (V)s;
|
  T q = f(..., s, ...);
)

@made@
identifier s;
expression q, E;
type T, V;
@@
(
  T s = q;
|
  T s = q + E;
|
  T s = &q[E];
|
  T s = (V)q;
)

@written_assigned@
position candidate.p, bad;
expression A, B, C, E1, E2;
type T;
identifier i;
expression assigned.q;
assignment operator set;
@@
(
  for@p@bad (...; B; ...) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
)

@given_assigned@
position candidate.p, bad;
expression A, B, C, E1;
type T;
identifier i;
expression assigned.q;
identifier f !~
  "^(strn?len|str(n|case|ncase)?cmp|strc?spn|strr?chr|str(case)?str|mem(r?chr|cmp|mem)|f?puts)$";
@@
(
  for@p@bad (...; B; ...) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
)

@written_declared@
position candidate.p, bad;
expression A, B, C, E1, E2;
type T;
identifier i;
identifier declared.q;
assignment operator set;
@@
(
  for@p@bad (...; B; ...) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
)

@given_declared@
position candidate.p, bad;
expression A, B, C, E1;
type T;
identifier i;
identifier declared.q;
identifier f !~
  "^(strn?len|str(n|case|ncase)?cmp|strc?spn|strr?chr|str(case)?str|mem(r?chr|cmp|mem)|f?puts)$";
@@
(
  for@p@bad (...; B; ...) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  for@p@bad (T i = A; B; C) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  while@p@bad (B) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
)

@written_made@
identifier made.s;
position candidate.p, bad;
expression A, C, E1, E2;
type T;
identifier i;
expression made.q;
assignment operator set;
@@
(
  for@p@bad (...; <+... strlen(s) ...+>; ...) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  for@p@bad (T i = A; <+... strlen(s) ...+>; C) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
|
  while@p@bad (<+... strlen(s) ...+>) {
    <+... \( q[E1] set E2 \| *q set E1 \| *q++ set E1 \| *(q + E1) set E2 \) ...+>
  }
)

@given_made@
identifier made.s;
position candidate.p, bad;
expression A, C, E1;
type T;
identifier i;
expression made.q;
identifier f !~
  "^(strn?len|str(n|case|ncase)?cmp|strc?spn|strr?chr|str(case)?str|mem(r?chr|cmp|mem)|f?puts)$";
@@
(
  for@p@bad (...; <+... strlen(s) ...+>; ...) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  for@p@bad (T i = A; <+... strlen(s) ...+>; C) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
|
  while@p@bad (<+... strlen(s) ...+>) {
    <+... \( f(..., q, ...) \| f(..., q + E1, ...) \| f(..., &q[E1], ...) \) ...+>
  }
)

// 4. What is left is mended.

@mend disable all@
identifier s;
expression X, A, C, Y, Z;
type T, U;
identifier i;
binary operator compare = { <, <=, !=, > };
position candidate.p;
position q != { stored.bad, moved.bad, moved_in_header.bad, written.bad, counted.bad, given.bad,
                written_assigned.bad, given_assigned.bad, written_declared.bad, given_declared.bad,
                written_made.bad, given_made.bad };
fresh identifier length = s ## "_length__fresh";
statement S;
@@
(
+ size_t length = strlen(s);
  for@p@q (...; X compare 
-   strlen(s)
+   length
  ; ...) S
|
+ size_t length = strlen(s);
  for@p@q (...; X compare 
-   strlen(s)
+   length
  && Y; ...) S
|
+ size_t length = strlen(s);
  for@p@q (...; X compare 
-   strlen(s)
+   length
  && Y && Z; ...) S
|
+ size_t length = strlen(s);
  for@p@q (...; X compare (U)
-   strlen(s)
+   length
  ; ...) S
|
+ size_t length = strlen(s);
  for@p@q (...; X compare (U)
-   strlen(s)
+   length
  && Y; ...) S
|
+ size_t length = strlen(s);
  for@p@q (...; X compare (U)
-   strlen(s)
+   length
  && Y && Z; ...) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare 
-   strlen(s)
+   length
  ; C) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare 
-   strlen(s)
+   length
  && Y; C) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare 
-   strlen(s)
+   length
  && Y && Z; C) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare (U)
-   strlen(s)
+   length
  ; C) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare (U)
-   strlen(s)
+   length
  && Y; C) S
|
+ size_t length = strlen(s);
  for@p@q (T i = A; X compare (U)
-   strlen(s)
+   length
  && Y && Z; C) S
|
+ size_t length = strlen(s);
  while@p@q (X compare 
-   strlen(s)
+   length
  ) S
|
+ size_t length = strlen(s);
  while@p@q (X compare 
-   strlen(s)
+   length
  && Y) S
|
+ size_t length = strlen(s);
  while@p@q (X compare 
-   strlen(s)
+   length
  && Y && Z) S
|
+ size_t length = strlen(s);
  while@p@q (X compare (U)
-   strlen(s)
+   length
  ) S
|
+ size_t length = strlen(s);
  while@p@q (X compare (U)
-   strlen(s)
+   length
  && Y) S
|
+ size_t length = strlen(s);
  while@p@q (X compare (U)
-   strlen(s)
+   length
  && Y && Z) S
)
