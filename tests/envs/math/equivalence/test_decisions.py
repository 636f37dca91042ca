r"""What the verifier accepts and refuses, gold by gold: the rules of its page as examples.

Each block of the table is a rule with a gold, then answers that are right (`=`) and answers that are wrong (`!`).
"""

from __future__ import annotations

import pytest

from rlvr.core import Check, Status
from rlvr.envs.math.verifier import compare, plan

TABLE = r"""
whole numbers: 42
  = 42  @  +42  @  42.  @  42.0  @  042  @  $42$  @  \(42\)  @  {42}  @  (42)  @  \boxed{42}  @  \mathbf{42}
  = \displaystyle 42
  ! -42  @  4,2  @  24  @  420  @  4 2  @  42,43  @  41 or 42  @  42 or 41  @  x  @  42x  @  42!  @  42-1  @  42 to 43
  ! 42\\43  @  42|43  @  42 (43)  @  7=42  @  42\ne42  @  42<43  @  42>x  @  forty-two
negative numbers: -5
  = -5  @  −5  @  - 5  @  -5\text{ cm}  @  -(5)
  ! 5  @  --5  @  5-  @  (5-)
nothing rounds: \frac13
  = 1/3  @  \frac{2}{6}  @  \dfrac13  @  \tfrac{1}{3}  @  \cfrac{1}{3}  @  0.\overline{3}  @  1÷3  @  \frac{-1}{-3}
  ! 0.333  @  0.3333333333333333  @  33.33  @  3  @  1/3 or 1/2  @  33.3\%  @  0.\overline{33}4
decimals: 0.5
  = .5  @  0.50  @  1/2  @  5e-1  @  5E-1  @  ½  @  50\%
  ! 0.05  @  5  @  50  @  0.500001  @  0.5\%  @  0,5
repeating decimals: \frac{4}{33}
  = 0.\overline{12}  @  .\overline{12}
  ! 0.12  @  0.1212  @  0.1\overline{2}
an ellipsis goes on: 0.3
  = .3  @  0.3.
  ! 0.3...  @  0.3..  @  0.3 repeating
signs before a percent sign: -42
  = -42\%  @  -42 percent
  ! -4200\%  @  42\%
a negative percentage: -50\%
  = -50  @  -0.5  @  -\frac12  @  -50 percent  @  -50\%
  ! 50  @  50\%  @  -5000
negative degrees: -90^\circ
  = -90  @  -90 degrees  @  -90^{\circ}
  ! -\frac{\pi}{2}  @  90
words that change the value: 3
  = 3 apples  @  \text{The sum is: }3
  ! 3 tenths  @  3 thirds  @  3 factorial  @  3 lakh  @  3 perhaps  @  \text{it is 2 or it is }3
  ! \text{not what is }3
  ! \{2 : x = 3\}  @  \{2 \mid x = 3\}  @  floor(3, 2)
a set is not its condition: x > 3
  = \{x : x > 3\}  @  \{x \in \mathbb{R} \mid x > 3\}  @  (3, \infty)
  ! \{x^2 : x > 3\}  @  \{2x : x > 3\}
conditions that exclude each other: x < 1, x > 3
  = x > 3, x < 1
  ! x < 0, x > 7  @  \emptyset  @  x < 0 \text{ and } x > 7
mixed numbers: 1\frac{4}{5}
  = 9/5  @  1 4/5  @  1\frac45  @  1.8  @  1 \frac{4}{5}
  ! 4/5  @  14/5  @  1\cdot\frac45  @  1, 4/5
mixed numbers of one character: 7/2
  = 3½  @  3\frac12  @  3 1/2
  ! 3/2  @  3\frac{1}{3}  @  3\cdot\frac12
a negative mixed number: -\frac95
  = -1\frac45  @  -1 4/5
  ! -\frac15  @  1\frac45
improper fractions after a number are factors: \frac{15}{4}
  = 3\cdot\frac54  @  3\frac54
  ! 3+\frac54
scientific notation: 30000
  = 3\times10^4  @  3\times 10^{4}  @  3\cdot10^4  @  3*10^4  @  3e4  @  3E4  @  3.0e4  @  30,000
  ! 3e5  @  3\times10^{-4}  @  3e  @  34
small scientific numbers: 0.0003
  = 3e-4  @  3\times10^{-4}  @  .0003
  ! 3e-5  @  3e4
Euler's number is no exponent sign: 3e
  = 3\times e  @  e+2e  @  3\mathrm{e}
  ! 3  @  8.154  @  3e1
thousands: 1234567
  = 1,234,567  @  1{,}234{,}567  @  1\,234\,567  @  1{\,}234{\,}567  @  1,\!234,\!567  @  1,\! 234,\! 567
  = 1\ 234\ 567  @  1~234~567  @  1 234 567  @  1'234'567
  ! 1,234567  @  1,23,4567  @  1.234.567  @  1, 234, 567  @  1_234_567
comma and space part a list: 32, 349
  = 349, 32  @  \{32, 349\}
  ! 32349
a comma in brackets parts coordinates: (1,234)
  = (1, 234)
  ! 1234  @  (1234)  @  (234,1)
commas in a list of small numbers: 10,100,1000
  = 10, 100, 1000  @  1000, 100, 10
  ! 10100, 1000  @  101001000
percent in the gold: 50\%
  = 50\%  @  50%  @  50  @  0.5  @  1/2  @  50 percent  @  50\text{ percent}  @  50.0\%
  ! 5\%  @  0.5\%  @  5000\%  @  5  @  0.05  @  50, 0.5
percent for a gold of at most 1: \frac12
  = 50\%
  ! 0.5\%  @  50  @  5\%
percent for a larger gold is a unit: 42
  = 42\%  @  42 percent
  ! 4200\%  @  0.42\%  @  0.42
currency: \$18.90
  = 18.9  @  18.90  @  \$18.90  @  $18.90  @  18.90 dollars  @  18.90\text{ dollars}
  ! €18.90  @  £18.90  @  18.90 cents  @  18.91  @  18.9\%
currency for a plain gold: 18.90
  = \$18.90  @  €18.90  @  18.90 dollars
  ! \$18.91  @  \$189
units in the gold: 15\mbox{ cm}^2
  = 15  @  15\text{ cm}^2  @  15 cm^2  @  15\mathrm{cm}^2  @  15\text{ square centimeters}  @  15\text{ sq cm}
  = 15\,\text{cm}^{2}
  ! 15\text{ m}^2  @  15\text{ cm}  @  1500  @  16\text{ cm}^2  @  15 apples
units are not converted: 3\text{ hours}
  = 3  @  3 hrs  @  3\text{ h}  @  3 hours.
  ! 180 minutes  @  180  @  3 minutes  @  4 hours
speeds: 60\text{ km/h}
  = 60\text{ kilometers per hour}  @  60 km/h  @  60
  ! 60 km  @  60 mi/h  @  61 km/h
units where the gold has none: 5
  = 5\text{ cm}  @  5 cm  @  5 apples  @  5\text{ red apples}  @  5m  @  5 inches  @  5 square feet
  ! 6 apples  @  5 or 6 apples  @  5 and 6 apples  @  5 not  @  5\text{ or }6  @  5 million  @  5 dozen
units of one letter: 5\text{ m}
  = 5  @  5 m  @  5 meters  @  5\mathrm{m}
  ! 5 cm  @  6 m  @  5 s  @  m
multipliers: 5000000
  = 5 million  @  5,000,000  @  5\text{ million}
  ! 5  @  5 billion  @  5 thousand
degrees: 90^\circ
  = 90  @  90°  @  90^{\circ}  @  90 degrees  @  90\text{ degrees}
  ! \frac{\pi}{2}  @  89^\circ  @  90 rad  @  90\%
degrees for a plain gold: 90
  = 90^\circ  @  90 degrees
  ! 9^\circ  @  \frac\pi2
radians are no degrees: \frac{\pi}{2}
  = \pi/2  @  0.5\pi  @  π/2
  ! 90^\circ  @  1.5708  @  90
other bases: 52_8
  = 52  @  52_{8}  @  52_{\text{eight}}  @  052_8
  ! 52_9  @  42  @  42_{10}  @  53_8  @  53
the gold is decimal: 42
  = 42_{10}
  ! 52_8  @  42_9  @  101010_2
digits above 9: 1F_{16}
  = 1F_{16}  @  1f_{16}
  ! 31  @  1F_{17}  @  1E_{16}
a choice: C
  = (C)  @  C.  @  C)  @  \text{(C)}  @  \textbf{(C)}  @  \mathrm{C}  @  \textbf{(C) }12  @  (C) 12
  = \textbf{(C)}\ 12  @  C. twelve  @  $C$
  ! B  @  (B)  @  B or C  @  B, C  @  (B), (C)  @  (C), (B)  @  (C) (D)  @  C. D  @  C) D)  @  (C). (D).  @  C: D
  ! (C)(D)  @  (C) 3, (D) 4  @  (A) (B) (C) (D)  @  not C  @  C, D  @  C and D  @  c
a choice in brackets: \textbf{(B)}
  = B  @  (B)  @  \text{B}
  ! (C)  @  A or B  @  8
what a choice stands for: 12
  = (C) 12  @  \textbf{(C)}\ 12  @  C. 12
  ! (C) 13  @  (C)  @  (C) 12, (D) 13
words: Evelyn
  = \text{evelyn}  @  \mathrm{Evelyn}  @  Evelyn.  @  \textbf{Evelyn}  @  \mbox{Evelyn }
  ! Evelyne  @  Eve  @  Evelyn or Bob  @  not Evelyn  @  \text{Carla}
articles: \text{an ellipse}
  = ellipse  @  the ellipse  @  Ellipse
  ! circle  @  ellipses of two kinds
words that differ by one: \text{odd}
  = odd
  ! even  @  not odd  @  odd and even
words beside mathematics: 10!\text{ ways}
  = 10!\text{ ways}  @  3628800  @  3628800\text{ ways}
  ! 10 ways  @  10
letters that are no articles: a+12\text{ dollars}
  = 12+a\text{ dollars}  @  a+12
  ! +12 dollars  @  12 dollars
capital letters that are no names: X\text{ apples}
  = X
  ! x apples  @  x
times of the day: 12:30 \text{ PM}
  = 12{:}30\text{ pm}  @  12:30 PM
  ! 12:31 PM  @  12:30 AM  @  12.3
lists: 1,-2
  = -2,1  @  1, -2  @  -2 and 1  @  1;-2  @  \{1,-2\}  @  \{-2, 1\}  @  x=1 or x=-2  @  x=1, x=-2
  = 1 \text{ and } -2  @  x\in\{1,-2\}
  ! 1  @  -2  @  1,-2,3  @  1,2  @  (1,-2)  @  [1,-2]  @  1,-2,1  @  1-2  @  12
sets: \{1, 2, 3\}
  = 1,2,3  @  3, 2, 1  @  \left\{3,1,2\right\}  @  1, 2 and 3
  ! (1,2,3)  @  1,2  @  \{1,2\}  @  123  @  1,2,3,...
names in lists: x=1, y=2
  = y=2, x=1  @  (1,2)  @  (x,y)=(1,2)  @  x=1\text{ and }y=2
  ! x=2, y=1  @  x=1  @  (2,1)  @  2, 1
words before equals signs: \text{Area}=5,\text{Perimeter}=6
  = \text{Perimeter}=6,\text{Area}=5
  ! \text{Area}=6,\text{Perimeter}=5
plus or minus: 1\pm\sqrt{19}
  = 1+\sqrt{19},1-\sqrt{19}  @  x=1\pm\sqrt{19}  @  1-\sqrt{19}, 1+\sqrt{19}  @  1\mp\sqrt{19}  @  \{1\pm\sqrt{19}\}
  ! 1+\sqrt{19}  @  1-\sqrt{19}  @  \pm1+\sqrt{19}  @  1\pm\sqrt{18}
tuples: (1,2)
  = (1, 2)  @  \left(1,2\right)  @  \langle1,2\rangle  @  (x,y)=(1,2)  @  (1.0,2)  @  \begin{pmatrix}1\\2\end{pmatrix}
  = (\frac22,2)
  ! (2,1)  @  [1,2]  @  1,2  @  \{1,2\}  @  (1,2,3)  @  (1,2]  @  12  @  \begin{pmatrix}1&2\end{pmatrix}
several tuples: (1,2),(3,4)
  = (3,4),(1,2)  @  \{(1,2),(3,4)\}  @  (1,2) and (3,4)
  ! (1,4),(3,2)  @  (1,2)  @  (2,1),(4,3)  @  (1,2,3,4)
nested tuples: ((1,2),3)
  = ((1,2),3)
  ! (1,2,3)  @  (1,(2,3))
intervals: [1,3)
  = 1\le x<3  @  x\in[1,3)  @  \left[1,3\right)  @  3>x\ge1  @  1\leq x\text{ and }x<3  @  [1,2]\cup(2,3)
  ! (1,3)  @  [1,3]  @  (1,3]  @  1<x<3  @  1\le x\le3  @  1,3  @  [1,4)
half-lines: (-\infty,3]
  = x\le3  @  3\ge x  @  x\in(-\infty,3]  @  (-\infty,3]  @  2x\leq6  @  -x\ge-3
  ! x<3  @  (-\infty,3)  @  x\ge3  @  [3,\infty)
unions: (-\infty,2)\cup(3,\infty)
  = (3,\infty)\cup(-\infty,2)  @  x<2\text{ or }x>3  @  x>3 or x<2
  ! (-\infty,2)\cap(3,\infty)  @  (-\infty,3)\cup(2,\infty)  @  x<2  @  [2,3]  @  (-\infty,2]\cup[3,\infty)
  ! (-\infty,2)\cup\{2.5\text{ cm}\}\cup(3,\infty)
isolated points: \{1\}\cup(2,3)
  = (2,3)\cup\{1\}
  ! \{1,(5,6)\}\cup(2,3)  @  (2,3)  @  \{1\}\cup[2,3)  @  \{1,1.5\}\cup(2,3)
what is left out: x\ne3
  = (-\infty,3)\cup(3,\infty)  @  \mathbb{R}\setminus\{3\}
  ! x=3  @  x\ne-3  @  \mathbb{R}
all real numbers: (-\infty,\infty)
  = \mathbb{R}  @  x\in\mathbb{R}  @  -\infty<x<\infty
  ! [0,\infty)  @  \mathbb{Z}  @  0
unions that touch: [1,3]
  = [1,2]\cup[2,3]  @  [1,2)\cup[2,3]
  ! [1,2)\cup(2,3]
the empty set: \emptyset
  = \varnothing  @  \{\}  @  ∅
  ! 0  @  \{0\}  @  \{\emptyset, 1\}
infinity: \infty
  = +\infty  @  ∞  @  infinity
  ! -\infty  @  1/0  @  0
a name before the value: x=5
  = 5  @  x = 5  @  5=x  @  x=5.0  @  x=2+3=5
  ! y=5  @  x=6  @  x=5=6  @  x=5,6  @  x\ne5  @  x>5
a name where the gold has none: 5
  = x=5  @  x = 5  @  \text{Area}=5  @  f(x)=5
  ! x=6  @  x=5 or x=6  @  x<5
chains: 42
  = x=42=42
  ! 7=42  @  42=7  @  x=7=42  @  x=42=7  @  41=42=42
values of functions: f(1)=3
  = f(1)=3  @  f(1) = 3.0
  ! f(3)=9  @  f(2)=3  @  f(2)=6  @  f(1)=4
functions are no factors: f(3)
  = f(3)
  ! f(1)+f(2)  @  3f(1)
lines: y=2x+3
  = 2x+3  @  y-2x=3  @  2x-y+3=0  @  -2x+y-3=0  @  4x-2y+6=0  @  y=3+2x
  ! y=3x+2  @  y=2x-3  @  2x+y+3=0  @  x=2y+3  @  z=2x+3
scaled equations: x+y=1
  = 2x+2y=2  @  x+y-1=0  @  1=x+y  @  -x-y=-1  @  \frac{x}{2}+\frac{y}{2}=\frac12
  ! x+y=2  @  x-y=1  @  x+y+1=0  @  x+y  @  x+y<1
curves: x^2+y^2=4
  = \frac{x^2}{4}+\frac{y^2}{4}=1  @  y^2+x^2=4  @  x^2+y^2=2^2
  ! x^2+y^2=2  @  x^2-y^2=4  @  x^2+y^2=-4
inequalities: a<b
  = b>a  @  a-b<0  @  2a<2b
  ! a>b  @  a\le b  @  a=b  @  b<a
orders: f(2)<f(1)<f(4)
  = f(4)>f(1)>f(2)
  ! f(1)<f(2)<f(4)  @  f(4)<f(1)<f(2)
matrices: \begin{pmatrix}1&2\\3&4\end{pmatrix}
  = \begin{bmatrix}1&2\\3&4\end{bmatrix}  @  \begin{pmatrix}1&2\\3&4\\\end{pmatrix}
  = \left(\begin{array}{cc}1&2\\3&\frac82\end{array}\right)
  ! \begin{pmatrix}1&3\\2&4\end{pmatrix}  @  (1,2,3,4)  @  \begin{pmatrix}1&2\\3&5\end{pmatrix}
  ! \begin{pmatrix}1\\2\\3\\4\end{pmatrix}
polynomials: x^2+2x+1
  = (x+1)^2  @  1+2x+x^2  @  (x+1)(x+1)  @  x(x+2)+1  @  x^{2}+2\cdot x+1
  ! x^2+2x  @  (x-1)^2  @  x^2+2x+1=0  @  (y+1)^2  @  x^2+2x+1, 0  @  (X+1)^2
rational functions: \frac{1}{x-1}
  = \frac{x+1}{x^2-1}  @  1/(x-1)  @  (x-1)^{-1}  @  -\frac{1}{1-x}
  ! 1/x-1  @  \frac{1}{x+1}  @  x-1
a slash binds as in programs: \frac{x}{2}
  = x/2  @  \frac12x  @  1/2x  @  0.5x
  ! 1/(2x)  @  2/x
radicals: 2\sqrt2
  = \sqrt8  @  \sqrt{8}  @  2^{3/2}  @  \frac{4}{\sqrt2}  @  √8  @  8^{1/2}  @  2\cdot\sqrt{2}
  ! \sqrt2  @  \sqrt[3]{8}  @  2.828  @  2.8284271247461903  @  -2\sqrt2  @  \pm2\sqrt2  @  4
denominators: \frac{\sqrt3}{3}
  = \frac{1}{\sqrt3}  @  \sqrt{\frac13}  @  3^{-1/2}
  ! \frac{3}{\sqrt3}  @  \sqrt3
nested radicals: 1+\sqrt2
  = \sqrt{3+2\sqrt2}  @  \frac{1}{\sqrt2-1}
  ! \sqrt{3+\sqrt2}  @  \sqrt{3}+2
odd roots of negative numbers: -2
  = \sqrt[3]{-8}  @  (-8)^{1/3}  @  -\sqrt[3]{8}
  ! \sqrt{-4}  @  \sqrt{4}
complex numbers: 3+4i
  = 4i+3  @  3+4\mathrm{i}  @  \frac{25}{3-4i}  @  (2+i)^2  @  3+2\sqrt{-4}
  ! 3-4i  @  4+3i  @  (3,4)  @  7  @  3+4j  @  5
Euler's formula: -1
  = e^{i\pi}  @  i^2
  ! e^{\pi}  @  i  @  e^{2\pi i}
constants: 2\pi
  = \pi\cdot2  @  2π  @  \pi+\pi  @  \frac{4\pi}{2}
  ! 6.28  @  6.283185307179586  @  \pi^2  @  2
powers: 2^{n+1}
  = 2\cdot2^n  @  4^{n/2}\cdot2  @  \frac{2^{n+2}}{2}
  ! 2^n+1  @  4^n  @  2^{n-1}  @  2n+2
large powers: 2^{100}
  = 1267650600228229401496703205376  @  4^{50}  @  2^{99}\cdot2
  ! 2^{99}  @  2^{100}+1  @  1.267650600228229e30
tiny powers: 10^{-20}
  = \frac{1}{10^{20}}  @  1\times10^{-20}
  ! 10^{-19}  @  0
logarithms: \log_2 3
  = \frac{\ln3}{\ln2}  @  \frac{1}{\log_3 2}  @  \frac{\log 3}{\log 2}  @  \frac12\log_2 9
  ! \log_3 2  @  1.585  @  \ln 3  @  \log 3
logarithms that are numbers: 3
  = \log_2 8  @  \ln e^3  @  \log 1000  @  2^{\log_2 3}  @  e^{\ln 3}
  ! \log_2 9  @  \ln 3  @  e^{\ln 2}
special angles: \frac{\sqrt3}{2}
  = \sin 60^\circ  @  \cos\frac{\pi}{6}  @  \sin\left(\frac{2\pi}{3}\right)
  ! \sin 60  @  \cos 60^\circ  @  0.866
trigonometry: \sin 2x
  = 2\sin x\cos x  @  \sin(2x)  @  2\sin(x)\cos(x)
  ! 2\sin x  @  \sin^2x  @  \cos 2x  @  \sin x
inverse functions: \arcsin x
  = \sin^{-1}x  @  \sin^{-1}(x)
  ! \frac{1}{\sin x}  @  \arccos x
counting: 120
  = 5!  @  \binom{10}{3}  @  5\cdot4!  @  \frac{6!}{3!}
  ! 5!!  @  \binom{10}{4}  @  5
double factorials: 15
  = 5!!
  ! (5!)!
binomials with a variable: \frac{n(n-1)}{2}
  = \binom{n}{2}  @  \frac{n^2-n}{2}
  ! \binom{n+1}{2}  @  n(n-1)
sums that can be computed: 55
  = \sum_{k=1}^{10} k  @  \sum_{i=1}^{10}i
  ! \sum_{k=1}^{9} k
sums that cannot: \sum_{k=1}^{n} k^2
  = \sum_{k=1}^{n} k\cdot k
  ! \sum_{k=1}^{n-1} k^2  @  \sum_{k=0}^{n} k^3  @  n^2
what depends on an index: \sum_{k=1}^{3}a_k
  = \sum_{k=1}^{3}a_k
  ! 3a_k
absolute values: |x-1|
  = |1-x|  @  \left|x-1\right|  @  \lvert x-1\rvert
  ! x-1  @  1-x  @  |x+1|  @  |x|-1
variables are told apart: ab
  = ba  @  a\cdot b  @  a\times b
  ! AB  @  a+b  @  a_b  @  a
subscripts: x_1
  = x_{1}
  ! x_2  @  x  @  1  @  x1
primes: f'(x)
  = f'(x)  @  f′(x)
  ! f(x)  @  f''(x)
Greek: \alpha+\theta
  = \theta+\alpha  @  α+θ
  ! \alpha\theta  @  \beta+\theta
ratios: 3:4
  = 3 : 4  @  3\colon4
  ! 4:3  @  3/5  @  7
no value: 0
  = 0.0  @  -0  @  \sin 0  @  5-5
  ! 0/0  @  1/0  @  \frac{0}{0}  @  \emptyset
approximations beside the value: 10\sqrt2
  = 10\sqrt{2}\approx14.14  @  x=10\sqrt2\approx14.14
  ! \approx14.14  @  14.14  @  10\sqrt3\approx14.14
sentences around the value: 5
  = \text{The answer is } 5  @  \text{x is }5
  ! \text{The answer is not } 5
two signs in a row are not tied: 3,-3
  ! \pm1\pm2
names and order, gold a list: 1,-2
  ! x=1,y=-2
names and order, gold a pair: (1,2)
  = (x,y)=(1,2)  @  x=1,y=2
  ! (y,x)=(1,2)  @  x=2,y=1
names and order, gold named: (y,x)=(1,2)
  = x=2,y=1
  ! x=1,y=2
short repeating decimals: \frac13
  = 0.\overline3  @  0.\bar{3}  @  0.\dot{3}
money and a multiplier: \$3 million
  = 3,000,000  @  3 million  @  \$3{,}000{,}000
codes of currencies: 10
  = 10 USD
an equation solved for the other variable: x=2y
  = y=x/2  @  y=\frac12x
  ! y=2x
digits in brackets: 52_8
  = (52)_8
a list of two is no number: 32,349
  ! 32, 349
roots of squares written as powers: x+5000
  ! ((x+5000)^2)^{1/2}
inverse functions turn back: x
  ! 1000\arctan(\tan\frac{x}{1000})  @  1000\arcsin(\sin\frac{x}{1000})
choices listed in lower case: B
  ! (B) (c)  @  B or c
choices with a pair behind them: C
  = (C) (1,2)  @  (C) 3 and 4  @  (C) 1,234
equations scaled by an irrational number: \sqrt3x-y+2=0
  = 3x-\sqrt3y+2\sqrt3=0
  ! 3x-\sqrt3y+2=0
solved equations scaled by one: x=\sqrt2
  = \sqrt2x=2
nothing in common: (0,1)\cap(2,3)
  = \emptyset  @  \varnothing
sets by a condition: (3,\infty)
  = \{x\in\mathbb{R}\mid x>3\}  @  \{x : x>3\}
dates: \text{June }20
  = \text{June 20}  @  June 20
identically nothing: 0
  = \arctan\frac12+\arctan\frac13-\frac\pi4
  ! \arctan\frac12+\arctan\frac13-\frac\pi5
factorials with variables: (n+1)!
  = (n+1)\cdot n!
  ! n\cdot n!
speeds: 3\text{ m/s}
  = 3 m/s  @  3
  ! 3 m/s^2
mixed percents: 33\frac13\%
  = \frac13  @  33\frac13
  ! 33
linear inequalities: x+y>1
  = 2x+2y>2  @  1<x+y
  ! -x-y>-1  @  x+y<1
names in words that deny: 42
  = \text{Area} = 42
  ! \text{not} = 42  @  \text{wrong} = 42
whole numbers are not about each other: 42
  = x \approx 42
  ! x \approx 41 = 42  @  x = 42 \approx 41
units of several measures: 5\text{ cm}
  = 5 cm
  ! 5 cm mm  @  5\text{ m}
counted things: 5\text{ apples}
  = 5 red apples  @  5
powers of powers, for whole exponents: x^{2n}
  = (x^2)^n
powers of squares to halves: x^y
  ! (x^2)^{y/2}
large radicands: 2^{150}\sqrt{1009}\sqrt{1013}
  = 2^{150}\sqrt{1022117}
golds that cannot be read, by their spelling: \lim \Delta x
  = \lim\Delta x
  ! \lim \delta x
sets by a condition on whole numbers: (1,4)
  = \{x \in \mathbb{R} \mid 1 < x < 4\}
  ! \{x \in \mathbb{Z} \mid 1 < x < 4\}
"""


def read_table() -> list[tuple[str, str, str, str]]:
    """Rule, gold, mark and answer of each example."""
    rows = []
    rule = gold = ""
    for line in TABLE.strip().split("\n"):
        if line.startswith("  "):
            rows += [(rule, gold, line[2], answer.strip()) for answer in line[4:].split("@")]
        else:
            rule, _, gold = line.partition(": ")
    return rows


ROWS = read_table()
EXAMPLES = [
    pytest.param(gold, answer, mark == "=", id=" ".join(row)) for row in ROWS for _, gold, mark, answer in [row]
]


@pytest.mark.parametrize(("gold", "answer", "right"), EXAMPLES)
def test_an_answer_is_accepted_or_refused(gold, answer, right):
    assert compare(answer, gold).status is (Status.CORRECT if right else Status.WRONG)


@pytest.mark.parametrize(("gold", "answer", "right"), EXAMPLES)
def test_what_is_decided_at_once_is_what_all_stages_decide(gold, answer, right):
    outcome = plan(answer, gold, convention="whole")
    assert isinstance(outcome, Check) or (outcome.status is Status.CORRECT) is right


@pytest.mark.parametrize("gold", sorted({row[1] for row in ROWS}))
@pytest.mark.parametrize("strict", [False, True])
def test_a_gold_accepts_itself(gold, strict):
    verdict = plan(rf"\boxed{{{gold}}}", gold, strict=strict, problem=f"Find {gold}.")
    assert not isinstance(verdict, Check)
    assert verdict.status is Status.CORRECT


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", " ", "~"])
def test_spaces_of_any_kind_part_thousands(space):
    assert compare(f"1{space}234{space}567", "1234567").status is Status.CORRECT
