"""Pages for managers: what happens today, what if something changed, how much is needed.

`changes` holds what a visitor changed as an ordered list of dotted paths with a sentence each, `editing` turns a week
grid, a leave or a demand into such changes, `answering` simulates today and the changed hospital on the same luck in
threads of this process, first a few replications and then more, and `glance` says what came out; none of them knows a
browser.  `app` and the rooms of `views` alone know Streamlit: they ask these rooms and draw what they are given.
What is saved is a scenario file, which `pathway run` reads and gives the same numbers for.
"""
