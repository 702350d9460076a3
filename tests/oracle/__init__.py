"""Another program's answers, held against ours."""
