"""Where a state is drawn: columns from left to right as patients pass, edges around what is between.

The classical layered drawing (Sugiyama, Tagawa & Toda 1981) in its four steps, as refined by
Gansner, Koutsofios, North & Vo, "A technique for drawing directed graphs" (1993): open every loop
at the state where patients enter it and give each state a column so that edges are short (`layers`),
order the columns so that few edges cross (`ordering`), give states heights so that long edges are
straight (`placing`).  An edge over several columns bends in each and so runs around the boxes it
passes; edges to one state merge on the way; a long pathway folds into bands like text (`folding`).

The layout library fast-sugiyama 0.5.3 was looked at and left.  It opens loops at any place, so that in a
pathway of 80 activities a resection stood before the meeting that decides on it; and an edge
from a state to itself ends the whole Python process, which no web server survives.
"""

from pathway.layout.contracting import contract
from pathway.layout.drawing import BOX, Edge, Layout, Point, lay_out

__all__ = ["BOX", "Edge", "Layout", "Point", "contract", "lay_out"]
